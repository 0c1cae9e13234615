#include "engine/record/protected_fields.h"

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"

namespace klaim::record {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Step {
  const FieldDescriptor* field;
  bool is_protected;
  std::string name;         // "Person.national_id" for a Protected field
  const struct Plan* next;  // for any other message field: where to look inside
};

struct Plan {
  std::vector<Step> steps;
  bool leads_anywhere = false;
};

// The fields of a type that can lead to a Protected; the vocabulary has no recursive types.
class Plans {
 public:
  const Plan& For(const Descriptor* type) {
    absl::MutexLock lock(&mutex_);
    return Make(type);
  }

 private:
  const Plan& Make(const Descriptor* type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto found = plans_.find(type);
    if (found != plans_.end()) return *found->second;
    auto plan = std::make_unique<Plan>();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (field->message_type() == v1::Protected::descriptor()) {
        plan->steps.push_back({field, true, absl::StrCat(type->name(), ".", field->name()), nullptr});
      } else if (const Plan& inner = Make(field->message_type()); inner.leads_anywhere) {
        plan->steps.push_back({field, false, "", &inner});
      }
    }
    plan->leads_anywhere = !plan->steps.empty();
    return *plans_.emplace(type, std::move(plan)).first->second;
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<Plan>> plans_ ABSL_GUARDED_BY(mutex_);
};

const Plan& PlanFor(const Descriptor* type) {
  static Plans& plans = *new Plans;
  // The lock is taken once a type and thread.
  thread_local absl::flat_hash_map<const Descriptor*, const Plan*> known;
  const Plan*& plan = known[type];
  if (plan == nullptr) plan = &plans.For(type);
  return *plan;
}

using VisitAt =
    absl::FunctionRef<absl::Status(absl::string_view path, absl::string_view name, v1::Protected&)>;

// `path` is where the message stands, with a point behind it; null when nobody asks.
absl::Status Walk(const Plan& plan, Message& message, std::string* path, VisitAt visit) {
  const auto* reflection = message.GetReflection();
  const size_t size = path == nullptr ? 0 : path->size();
  for (const Step& step : plan.steps) {
    const auto enter = [&](Message& inner, int index) {
      if (path != nullptr) {
        path->resize(size);
        absl::StrAppend(path, step.field->name());
        if (index >= 0) absl::StrAppend(path, "[", index, "]");
        if (!step.is_protected) *path += '.';
      }
      return step.is_protected
                 ? visit(path == nullptr ? "" : *path, step.name, static_cast<v1::Protected&>(inner))
                 : Walk(*step.next, inner, path, visit);
    };
    if (step.field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, step.field); ++i) {
        RETURN_IF_ERROR(enter(*reflection->MutableRepeatedMessage(&message, step.field, i), i));
      }
    } else if (reflection->HasField(message, step.field)) {
      RETURN_IF_ERROR(enter(*reflection->MutableMessage(&message, step.field), -1));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool CanHoldProtected(const Descriptor* type) { return PlanFor(type).leads_anywhere; }

absl::Status VisitProtected(Message& message,
                            absl::FunctionRef<absl::Status(absl::string_view, v1::Protected&)> visit) {
  return Walk(
      PlanFor(message.GetDescriptor()), message, nullptr,
      [&](absl::string_view, absl::string_view name, v1::Protected& value) { return visit(name, value); });
}

absl::Status VisitProtectedAt(Message& message, VisitAt visit) {
  std::string path;
  return Walk(PlanFor(message.GetDescriptor()), message, &path, visit);
}

absl::Status RequireSealed(const Message& message) {
  // The visit changes nothing; one walk serves readers and writers.
  return VisitProtected(const_cast<Message&>(message), [&](absl::string_view name, v1::Protected& value) {
    if (value.has_sealed() || value.has_erased()) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the log refuses a ", message.GetDescriptor()->name(), " whose ",
                                            name, " is not sealed"));
  });
}

}  // namespace klaim::record
