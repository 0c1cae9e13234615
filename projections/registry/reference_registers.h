// Reference registers, and what each said of claims last.
//
//   'g' register                 -> v1.ReferenceRegister
//   'c' register, claim          -> '-', v1.RegisterResult (8)
//   'l' register, last line      -> '-', sequence (8) of the event that holds the lines up to this one
#pragma once

#include "klaim/v1/reference_register_service.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

class ReferenceRegisters final : public Projection {
 public:
  std::string name() const override { return "registers"; }
  uint32_t version() const override { return 1; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
