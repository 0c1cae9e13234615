// Fills requests in at random, from their descriptors: whatever the vocabulary allows, and what looks likely where a field's name says what it is.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "google/protobuf/message.h"
#include "simulation/simulated_storage.h"

namespace klaim::simulation {

class RandomFilling {
 public:
  // `number_for` gives a number for the field of this name.
  RandomFilling(Random& random, std::function<uint64_t(const std::string& field)> number_for)
      : random_(random), number_for_(std::move(number_for)) {}

  void Fill(google::protobuf::Message& message) { Fill(message, 0); }

 private:
  void Fill(google::protobuf::Message& message, int depth);
  void FillField(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                 int depth);
  std::string TextFor(const std::string& field);

  Random& random_;
  const std::function<uint64_t(const std::string& field)> number_for_;
};

}  // namespace klaim::simulation
