// Bytes as an HTTP request to the listener, with its limits, and as a path of a tile.

#include <boost/beast/http.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "engine/merkle/tiles.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = boost::beast::http;
  http::request_parser<http::empty_body> parser;
  parser.header_limit(8 << 10);
  parser.body_limit(0);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(data, size), error);
  absl::string_view path(reinterpret_cast<const char*>(data), size);
  if (!error && parser.is_header_done()) {
    const auto target = parser.get().target();
    path = absl::string_view(target.data(), target.size());
  }
  if (path.empty()) return 0;
  // What is taken for a tile's path is the only way to write it.
  const auto tile = klaim::merkle::Tile::Parse(path.substr(1));
  if (tile.has_value() && tile->Path() != path.substr(1)) std::abort();
  return 0;
}
