// The C ABI between MLX (C++) and TypeScript (bun:ffi).
//
// - An array crosses as an opaque handle: a heap-allocated mlx::core::array. Whoever receives a handle frees it
//   with azr_array_free. Lists of handles cross as doubles (exact for user-space addresses, and what JavaScript
//   holds), lists of integers as int32, both as pointer and count.
// - A function that fails returns NULL or a negative number and leaves its message in azr_error(). No C++
//   exception leaves the shim.
// - A function with several results leaves them in a list of its thread and returns their count;
//   azr_results_take moves them out.
// - At most eight integer-class arguments a function.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "mlx/mlx.h"

#define AZR_API extern "C" __attribute__((visibility("default")))

namespace mx = mlx::core;

namespace azr {

using Handle = mx::array*;

void set_error(const char* message);
void set_error_from_current_exception();

// Wraps a result, counting the handle.
Handle make(mx::array value);

// The arrays behind a list of handles.
std::vector<mx::array> arrays(const double* handles, int count);
inline std::vector<int> ints(const int32_t* values, int count) {
  return std::vector<int>(values, values + count);
}
inline mx::Shape shape(const int32_t* extents, int count) {
  return mx::Shape(extents, extents + count);
}
inline std::optional<mx::array> optional(Handle a) {
  return a ? std::optional<mx::array>(*a) : std::nullopt;
}

// Index of a dtype in DTYPES of src/mlx/dtype.ts.
mx::Dtype dtype_of(int code);
int code_of(mx::Dtype dtype);

// Results of this thread's last function with several results, and their names where it has some.
struct Results {
  std::vector<mx::array> arrays;
  std::vector<std::string> names;
};
Results& results();
int leave(std::vector<mx::array> values);

// The strings of a block "a\0b\0" of `count` of them.
std::vector<std::string> strings(const char* block, int count);

// Every exported function that can throw goes through here.
template <class F>
auto guard(F&& body) -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    set_error_from_current_exception();
    if constexpr (std::is_pointer_v<decltype(body())>) {
      return nullptr;
    } else {
      return -1;
    }
  }
}

// For a function whose result is one array.
template <class F>
Handle guarded(F&& body) {
  return guard([&]() -> Handle { return make(body()); });
}

} // namespace azr
