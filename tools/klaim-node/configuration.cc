#include "tools/klaim-node/configuration.h"

#include <boost/json.hpp>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "tools/installation/authority.h"

namespace klaim::tools {
namespace {

namespace json = boost::json;

// Reads the fields of an object, and knows which nobody asked for.
class Fields {
 public:
  Fields(const json::value& value, std::string where) : where_(std::move(where)) {
    if (value.is_object()) {
      object_ = value.as_object();
    } else {
      Complain("must be an object");
    }
  }

  void Text(const char* name, std::string& into, bool required) {
    const json::value* value = Take(name, required);
    if (value == nullptr) return;
    if (!value->is_string() || (required && value->as_string().empty()))
      return Complain(absl::StrCat(name, " must be a text"));
    into = std::string(value->as_string());
  }

  void Flag(const char* name, bool& into) {
    const json::value* value = Take(name, false);
    if (value == nullptr) return;
    if (!value->is_bool()) return Complain(absl::StrCat(name, " must be true or false"));
    into = value->as_bool();
  }

  void Port(const char* name, uint16_t& into) {
    const json::value* value = Take(name, false);
    if (value == nullptr) return;
    if (!value->is_int64() || value->as_int64() < 0 ||
        value->as_int64() > std::numeric_limits<uint16_t>::max()) {
      return Complain(absl::StrCat(name, " must be a port, 0 to 65535"));
    }
    into = static_cast<uint16_t>(value->as_int64());
  }

  const json::array* Array(const char* name, bool required) {
    const json::value* value = Take(name, required);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) Complain(absl::StrCat(name, " must be a list"));
    return value->is_array() ? &value->as_array() : nullptr;
  }

  absl::Status Finish() {
    for (const auto& field : object_) {
      if (!asked_.contains(std::string(field.key())))
        Complain(absl::StrCat("nothing is called ", std::string(field.key())));
    }
    return status_;
  }

 private:
  const json::value* Take(const char* name, bool required) {
    asked_.insert(name);
    const json::value* value = object_.if_contains(name);
    if (value == nullptr && required) Complain(absl::StrCat(name, " is missing"));
    return value;
  }
  void Complain(const std::string& what) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(absl::StrCat(where_, ": ", what));
  }

  const std::string where_;
  json::object object_;
  std::set<std::string> asked_;
  absl::Status status_;
};

absl::StatusOr<ServedDocket> ReadDocket(const json::value& value, const std::string& where) {
  ServedDocket docket;
  Fields fields(value, where);
  fields.Text("folder", docket.folder, true);
  fields.Text("topic", docket.topic, true);
  fields.Text("vault", docket.vault, true);
  fields.Text("grpc", docket.grpc, true);
  fields.Text("http", docket.http, false);
  fields.Flag("follow", docket.follow);
  fields.Port("follow_grpc", docket.follow_grpc);
  fields.Port("follow_http", docket.follow_http);
  if (const json::array* arguments = fields.Array("klaimd_arguments", false)) {
    for (const json::value& argument : *arguments) {
      if (!argument.is_string()) {
        return absl::InvalidArgumentError(absl::StrCat(where, ": klaimd_arguments must be texts"));
      }
      docket.klaimd_arguments.emplace_back(argument.as_string());
    }
  }
  RETURN_IF_ERROR(fields.Finish());
  return docket;
}

}  // namespace

absl::StatusOr<NodeConfiguration> ReadNodeConfiguration(const std::string& file) {
  ASSIGN_OR_RETURN(auto text, ReadFile(file));
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat(file, " is not JSON: ", error.message()));
  NodeConfiguration node;
  Fields fields(value, file);
  fields.Text("node", node.node, true);
  fields.Text("address", node.address, false);
  fields.Text("brokers", node.brokers, true);
  fields.Text("broker_properties", node.broker_properties, false);
  fields.Text("group", node.group, false);
  if (const json::array* dockets = fields.Array("dockets", true)) {
    std::set<std::string> topics;
    for (const json::value& each : *dockets) {
      ASSIGN_OR_RETURN(auto docket,
                       ReadDocket(each, absl::StrCat(file, ", docket ", node.dockets.size() + 1)));
      if (!topics.insert(docket.topic).second) {
        return absl::InvalidArgumentError(
            absl::StrCat(file, ": topic ", docket.topic, " stands there twice"));
      }
      node.dockets.push_back(std::move(docket));
    }
  }
  RETURN_IF_ERROR(fields.Finish());
  if (node.dockets.empty()) return absl::InvalidArgumentError(absl::StrCat(file, ": dockets has none"));
  return node;
}

}  // namespace klaim::tools
