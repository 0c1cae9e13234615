#include "proto/gzip.h"

#include <zlib.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace klaim::proto {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for gzip
constexpr int kQuick = 5;
constexpr size_t kStep = 64 << 10;

}  // namespace

bool AcceptsGzip(absl::string_view accept_encoding) {
  for (absl::string_view coding : absl::StrSplit(accept_encoding, ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(coding, ';');
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts[0]), "gzip")) continue;
    double weight = 1;
    if (parts.size() > 1) {
      absl::string_view quality = absl::StripAsciiWhitespace(parts[1]);
      if (!absl::ConsumePrefix(&quality, "q=") || !absl::SimpleAtod(quality, &weight)) return false;
    }
    return weight > 0;
  }
  return false;
}

std::string Gzip(absl::string_view bytes) {
  z_stream stream = {};
  deflateInit2(&stream, kQuick, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t most_bytes) {
  z_stream stream = {};
  inflateInit2(&stream, kGzipWindow);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= most_bytes) {
    const size_t before = out.size();
    out.resize(before + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(kStep);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + kStep - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > most_bytes) return absl::InvalidArgumentError("is too long once it is uncompressed");
  if (result != Z_STREAM_END) return absl::InvalidArgumentError("is not gzip, or is cut off");
  return out;
}

}  // namespace klaim::proto
