// Handles, errors, results, and the way of data in and out of arrays.
#include <atomic>
#include <cstring>
#include <stdexcept>

#include "azr_mlx.h"
#include "mlx/allocator.h"

namespace azr {

namespace {
std::atomic<int64_t> live_handles{0};
thread_local std::string last_error;

const mx::Dtype DTYPES[] = {
    mx::bool_, mx::uint8, mx::uint16, mx::uint32, mx::uint64, mx::int8, mx::int16,
    mx::int32, mx::int64, mx::float16, mx::bfloat16, mx::float32, mx::float64, mx::complex64};
} // namespace

void set_error(const char* message) {
  last_error = message;
}

void set_error_from_current_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    last_error = "out of memory (std::bad_alloc)";
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "an exception of unknown type";
  }
}

Handle make(mx::array value) {
  auto* handle = new mx::array(std::move(value));
  live_handles.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

std::vector<mx::array> arrays(const double* handles, int count) {
  std::vector<mx::array> values;
  values.reserve(count);
  for (int i = 0; i < count; i++) {
    values.push_back(*reinterpret_cast<Handle>(static_cast<uintptr_t>(handles[i])));
  }
  return values;
}

mx::Dtype dtype_of(int code) {
  if (code < 0 || code >= static_cast<int>(std::size(DTYPES))) {
    throw std::invalid_argument("unknown dtype code " + std::to_string(code));
  }
  return DTYPES[code];
}

int code_of(mx::Dtype dtype) {
  for (int i = 0; i < static_cast<int>(std::size(DTYPES)); i++) {
    if (DTYPES[i] == dtype) return i;
  }
  throw std::invalid_argument("unknown dtype");
}

Results& results() {
  thread_local Results list;
  return list;
}

int leave(std::vector<mx::array> values) {
  results().names.clear();
  results().arrays = std::move(values);
  return static_cast<int>(results().arrays.size());
}

std::vector<std::string> strings(const char* block, int count) {
  std::vector<std::string> list;
  for (int i = 0; i < count; i++) {
    list.emplace_back(block);
    block += list.back().size() + 1;
  }
  return list;
}

} // namespace azr

using namespace azr;

AZR_API const char* azr_error() {
  return last_error.c_str();
}
AZR_API const char* azr_mlx_version() {
  return mx::version();
}
AZR_API double azr_live_handles() {
  return static_cast<double>(live_handles.load(std::memory_order_relaxed));
}
AZR_API void azr_array_free(Handle a) {
  if (!a) return;
  live_handles.fetch_sub(1, std::memory_order_relaxed);
  delete a;
}
AZR_API int azr_array_ndim(Handle a) {
  return static_cast<int>(a->ndim());
}
AZR_API int azr_array_dtype(Handle a) {
  return guard([&] { return code_of(a->dtype()); });
}
// Writes ndim extents.
AZR_API void azr_array_shape(Handle a, int32_t* out) {
  std::copy(a->shape().begin(), a->shape().end(), out);
}

// A copy of row-major data.
AZR_API Handle azr_array_from_data(const void* data, double bytes, const int32_t* extents, int ndim, int dtype) {
  return guarded([&] {
    auto type = dtype_of(dtype);
    auto dims = shape(extents, ndim);
    size_t size = type.size();
    for (auto extent : dims) size *= extent;
    if (size != static_cast<size_t>(bytes)) throw std::invalid_argument("data and shape differ in size");
    auto buffer = mx::allocator::malloc(size);
    if (size) std::memcpy(buffer.buffer().raw_ptr(), data, size);
    return mx::array(std::move(buffer), std::move(dims), type);
  });
}
AZR_API Handle azr_array_scalar(double value, int dtype) {
  return guarded([&] {
    auto type = dtype_of(dtype);
    if (type == mx::float64) return mx::array(value, mx::float64);
    if (mx::issubdtype(type, mx::integer)) return mx::array(static_cast<int64_t>(value), type);
    return mx::array(static_cast<float>(value), type);
  });
}

// Evaluates and writes `bytes` bytes of row-major data, converted to `dtype`.
AZR_API int azr_array_read(Handle a, int dtype, void* out, double bytes) {
  return guard([&] {
    auto value = mx::contiguous(mx::astype(*a, dtype_of(dtype)));
    value.eval();
    if (value.nbytes() != static_cast<size_t>(bytes)) throw std::invalid_argument("the buffer differs in size");
    std::memcpy(out, value.data<char>(), value.nbytes());
    return 0;
  });
}

AZR_API int azr_results_take(double* out, int count) {
  return guard([&] {
    auto list = std::move(results().arrays);
    results().arrays.clear();
    if (static_cast<int>(list.size()) != count) throw std::logic_error("results were taken twice");
    for (int i = 0; i < count; i++) {
      out[i] = static_cast<double>(reinterpret_cast<uintptr_t>(make(std::move(list[i]))));
    }
    return count;
  });
}
AZR_API const char* azr_results_name(int index) {
  auto& names = results().names;
  return index >= 0 && index < static_cast<int>(names.size()) ? names[index].c_str() : nullptr;
}
