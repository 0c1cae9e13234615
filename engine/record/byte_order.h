// Numbers as bytes: big-endian in keys, so that keys sort by number; little-endian in values.
#pragma once

#include <boost/endian/conversion.hpp>
#include <cstdint>
#include <string>

namespace klaim::record {

inline uint64_t LoadBig64(const char* at) {
  return boost::endian::load_big_u64(reinterpret_cast<const unsigned char*>(at));
}
inline void StoreBig64(char* at, uint64_t number) {
  boost::endian::store_big_u64(reinterpret_cast<unsigned char*>(at), number);
}
inline void StoreBig32(char* at, uint32_t number) {
  boost::endian::store_big_u32(reinterpret_cast<unsigned char*>(at), number);
}
inline uint64_t LoadLittle64(const char* at) {
  return boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(at));
}
inline void StoreLittle64(char* at, uint64_t number) {
  boost::endian::store_little_u64(reinterpret_cast<unsigned char*>(at), number);
}
inline uint32_t LoadLittle32(const char* at) {
  return boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(at));
}
inline void StoreLittle32(char* at, uint32_t number) {
  boost::endian::store_little_u32(reinterpret_cast<unsigned char*>(at), number);
}

inline void AppendBig64(std::string& key, uint64_t number) {
  char bytes[8];
  StoreBig64(bytes, number);
  key.append(bytes, sizeof(bytes));
}

}  // namespace klaim::record
