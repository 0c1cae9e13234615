// For std::unique_ptr to what a C library made: std::unique_ptr<X509, Freer<X509_free>>.
#pragma once

namespace klaim {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace klaim
