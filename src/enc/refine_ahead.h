// Refinements of the candidates of a list, one after the other as the search asks for them; an engine that
// takes guesses refines all that are still to come at once.
#pragma once

#include <functional>

#include "enc/candidates.h"

namespace pc15::enc {

class RefineAhead {
 public:
  // Which fit refines a candidate; none: the one that take() is called with.
  using FitOf = std::function<LayerFit*(const Candidate&)>;

  // Borrows all but `options`.
  RefineAhead(const CandidateList& list, const RefineOptions& options, const Monitor& monitor, Memory& memory,
              FitOf fit_of = FitOf());

  // As fit->refine() for the layer of candidate i of the list, once for each and i rising.
  double take(size_t i, LayerFit* fit, normative::Layer* layer);

 private:
  const CandidateList& list_;
  const RefineOptions options_;
  const Monitor& monitor_;
  FitOf fit_of_;
  Vector<Refinement> ahead_;
  Vector<size_t> number_;  // of the candidates in `ahead_`, rising
};

// The same for first scores.
class ScoreAhead {
 public:
  // Borrows everything.
  ScoreAhead(const CandidateList& list, const Monitor& monitor, Memory& memory)
      : list_(list), monitor_(monitor), scores_(memory) {}
  // The score of candidate i, which counts as a render of `fit` the first time; i rising, any number of
  // times.
  const LayerScore& of(size_t i, LayerFit* fit);

 private:
  const CandidateList& list_;
  const Monitor& monitor_;
  Vector<LayerScore> scores_;  // of the first candidates
  size_t taken_ = 0;
};

// Sets the score of every candidate to the squared error that it leaves.
void score_list(LayerFit* fit, const Monitor& monitor, CandidateList* list);
// Appends to *out those that leave less than `share` of what the base leaves, which becomes their score.
void keep_below(double share, LayerFit* fit, const Monitor& monitor, CandidateList* list, CandidateList* out);

}  // namespace pc15::enc
