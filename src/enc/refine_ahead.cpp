#include "enc/refine_ahead.h"

#include <algorithm>

namespace pc15::enc {

RefineAhead::RefineAhead(const CandidateList& list, const RefineOptions& options, const Monitor& monitor,
                         Memory& memory, FitOf fit_of)
    : list_(list), options_(options), monitor_(monitor), fit_of_(std::move(fit_of)), ahead_(memory),
      number_(memory) {}

double RefineAhead::take(size_t i, LayerFit* fit, normative::Layer* layer) {
  auto known = std::find(number_.begin(), number_.end(), i);
  if (known == number_.end()) {
    const size_t most = static_cast<size_t>(std::max<int32_t>(1, fit->guesses()));
    Vector<Refinement> more(ahead_.memory());
    for (size_t k = i; k < list_.size() && more.size() < most; ++k) {
      if (fit_of_ && fit_of_(list_[k]) != fit) continue;
      more.emplace_back();
      more.back().layer = list_[k].layer;
      number_.push_back(k);
    }
    fit->refine_all(options_, monitor_, more.data(), more.size());
    ahead_.insert(ahead_.end(), more.begin(), more.end());
    known = std::find(number_.begin(), number_.end(), i);
  }
  const Refinement& found = ahead_[static_cast<size_t>(known - number_.begin())];
  *layer = found.layer;
  return fit->take(found);
}

const LayerScore& ScoreAhead::of(size_t i, LayerFit* fit) {
  while (scores_.size() <= i) {
    const size_t first = scores_.size(), most = static_cast<size_t>(std::max<int32_t>(1, fit->guesses()));
    const size_t count = std::min(list_.size() - first, most);
    Vector<const normative::Layer*> layers(scores_.memory());
    for (size_t k = 0; k < count; ++k) layers.push_back(&list_[first + k].layer);
    scores_.resize(first + count);
    fit->judge(layers.data(), count, monitor_, scores_.data() + first);
  }
  for (; taken_ <= i; ++taken_) fit->take(scores_[taken_]);
  return scores_[i];
}

void score_list(LayerFit* fit, const Monitor& monitor, CandidateList* list) {
  Memory& memory = list->memory();
  Vector<const normative::Layer*> layers(memory);
  Vector<LayerScore> scores(memory, list->size());
  for (const Candidate& c : *list) layers.push_back(&c.layer);
  fit->judge(layers.data(), layers.size(), monitor, scores.data());
  for (size_t i = 0; i < list->size(); ++i) (*list)[i].score = fit->take(scores[i]);
}

void keep_below(double share, LayerFit* fit, const Monitor& monitor, CandidateList* list,
                CandidateList* out) {
  score_list(fit, monitor, list);
  for (const Candidate& c : *list) {
    const double score = c.score / fit->base_ssd();
    if (score < share) out->push_back({c.layer, score});
  }
}

}  // namespace pc15::enc
