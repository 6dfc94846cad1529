#include "api/device_groups.h"

#include <algorithm>

namespace pc15::api {

DeviceGroups::DeviceGroups(pc15_decoder* decoder, pc15_decode_item* items)
    : decoder_(decoder), items_(items),
      device_(static_cast<int32_t>(decoder->core.params.get(PC15_PARAM_DEVICE_INDEX))),
      required_(decoder->core.params.get(PC15_PARAM_DEVICE) == PC15_DEVICE_CUDA),
      group_(decoder->core.memory), decodes_(decoder->core.memory), works_(decoder->core.memory),
      worked_(decoder->core.memory) {}

bool DeviceGroups::wanted(BatchRun& batch, const Vector<size_t>& list) {
  if (decoder_->core.params.get(PC15_PARAM_DEVICE) == PC15_DEVICE_CPU || list.empty()) return false;
  uint64_t pixels = 0;
  for (const size_t i : list) pixels += item_at(items_, i).scale_log2 == 0 ? batch.picture(i).pixels : 0;
  if (!required_ && pixels < static_cast<uint64_t>(dec::kWorthTheWay)) return false;
  // With CUDA each picture says what is missing, after what is wrong with itself.
  return decoder_->decoder.device().require(device_).ok();
}

// As many pictures from `first` on as go together, at least one. Returns where the next group begins.
size_t DeviceGroups::find_group(BatchRun& batch, const Vector<size_t>& list, size_t first) {
  uint64_t pixels = 0;
  group_.clear();
  for (; first < list.size() && group_.size() < kMostPictures; ++first) {
    pixels += batch.picture(list[first]).pixels;
    if (!group_.empty() && pixels > kMostPixels) break;
    group_.push_back(list[first]);
  }
  return first;
}

void DeviceGroups::run(BatchRun& batch, Vector<size_t>* list) {
  if (!wanted(batch, *list)) return;
  Vector<size_t> left(list->memory());
  left.reserve(list->size());
  group_.reserve(list->size());
  for (size_t next = 0; next < list->size();) {
    next = find_group(batch, *list, next);
    if (gave_up_) {
      left.insert(left.end(), group_.begin(), group_.end());
    } else {
      run_group(batch, &left);
    }
  }
  list->swap(left);
}

void DeviceGroups::run_group(BatchRun& batch, Vector<size_t>* left) {
  const size_t count = group_.size();
  const Status room = guarded(decoder_->core.memory, [&]() -> Status {
    works_.reserve(count);
    worked_.reserve(count);
    decodes_.reserve(count);  // they do not move
    while (decodes_.size() < count) decodes_.emplace_back(decoder_->core.memory);
    return ok_status();
  });
  if (room.ok()) {
    batch.run(group_, true, *this);
    make_samples(batch, left);
  } else {
    left->insert(left->end(), group_.begin(), group_.end());
  }
  decodes_.clear();
}

// Reads one picture of the group. `group_` rises, as the lists of a batch do.
Status DeviceGroups::run(size_t index, bool, ThreadPool& pool, Monitor& monitor) {
  const size_t number =
      static_cast<size_t>(std::lower_bound(group_.begin(), group_.end(), index) - group_.begin());
  dec::DeviceDecode& d = decodes_[number];
  const pc15_decode_item& item = item_at(items_, index);
  pc15_image image;
  Rows rows;
  bool fits = false;
  PC15_TRY(read_image(item.image, &image, &rows, &fits));
  const ByteSpan file(item.data, static_cast<size_t>(item.size));
  PC15_TRY(d.decoder().open(file, decoder_->core.params.limits(), decoder_->tolerant()));
  Rect rect;
  PC15_TRY(find_rect(d.decoder().container(), item.scale_log2, item.x, item.y, image, rows, fits, &rect));
  const dec::Output output = rows_output(image.data, rows, image.format);
  if (item.scale_log2 == 0 && d.device_can()) return d.read(rect, output, pool, monitor);
  const Status status = d.decoder().decode_scaled(item.scale_log2, rect, output, pool, monitor);
  d.forget();
  return status;
}

void DeviceGroups::make_samples(BatchRun& batch, Vector<size_t>* left) {
  works_.clear();
  worked_.clear();
  for (size_t i = 0; i < group_.size(); ++i) {
    Status& status = batch.picture(group_[i]).status;
    if (status.ok() && decodes_[i].is_read()) {
      works_.push_back(decodes_[i].work());
      worked_.push_back(i);
    } else if (refused_memory(status)) {
      status = ok_status();
      left->push_back(group_[i]);  // alone it may have enough
    }
  }
  if (works_.empty()) return;
  backend::Device& device = decoder_->decoder.device();
  const int32_t count = static_cast<int32_t>(works_.size());
  int32_t done = 0;
  Status together(Code::kCancelled, "cancelled before its samples were made");
  if (!batch.monitor().cancelled()) together = device.decode(device_, works_.data(), count, nullptr, &done);
  const bool failed = !together.ok() && together.code() != Code::kCancelled;
  gave_up_ = failed && !required_;
  for (int32_t i = 0; i < count; ++i) {
    const size_t number = worked_[static_cast<size_t>(i)];
    Status status = i < done ? ok_status() : together;
    int32_t one = 0;
    if (!status.ok() && failed && required_ && count - done > 1)
      status = device.decode(device_, &works_[static_cast<size_t>(i)], 1, nullptr, &one);
    if (!status.ok() && gave_up_) {
      left->push_back(group_[number]);
      continue;
    }
    batch.picture(group_[number]).status = status.ok() ? decodes_[number].verdict() : status;
  }
}

}  // namespace pc15::api
