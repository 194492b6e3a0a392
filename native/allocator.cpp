// Out of memory as an exception on Linux CPU, and huge pages for large arrays.
//
// MLX's CPU allocator returns a null buffer when malloc fails, which its kernels then write to, and it ignores
// the memory limit, so that the system kills the process instead. libmlx reaches its allocator through an
// exported function; this definition is found first (see blas.cpp) and puts a check in front of the real one.
#if defined(__linux__)

#include <dlfcn.h>
#include <sys/mman.h>

#include <stdexcept>
#include <string>

#include "azr_mlx.h"
#include "mlx/allocator.h"
#include "mlx/backend/cuda/cuda.h"
#include "mlx/memory.h"

namespace mlx::core::allocator {

namespace {

constexpr uintptr_t HUGE_PAGE = 2 << 20;

class Checked : public Allocator {
 public:
  explicit Checked(Allocator& real) : real_(real) {}

  Buffer malloc(size_t size) override {
    size_t active = get_active_memory();
    size_t limit = get_memory_limit();
    if (size > limit || active > limit - size) refuse(size, active, limit);
    Buffer buffer = real_.malloc(size);
    if (!buffer.ptr() && size > 0) refuse(size, active, limit);
    ask_for_huge_pages(buffer, size);
    return buffer;
  }
  void free(Buffer buffer) override {
    real_.free(buffer);
  }
  size_t size(Buffer buffer) const override {
    return real_.size(buffer);
  }
  Buffer make_buffer(void* ptr, size_t size) override {
    return real_.make_buffer(ptr, size);
  }
  void release(Buffer buffer) override {
    real_.release(buffer);
  }

 private:
  // An update touches gigabytes for the first time; in pages of 4 KiB that takes a quarter of its time.
  void ask_for_huge_pages(Buffer& buffer, size_t size) {
    if (size < 2 * HUGE_PAGE) return;
    auto begin = reinterpret_cast<uintptr_t>(buffer.raw_ptr()), end = begin + size;
    begin = (begin + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    end &= ~(HUGE_PAGE - 1);
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  }

  [[noreturn]] static void refuse(size_t size, size_t active, size_t limit) {
    throw std::runtime_error(
        "[malloc] out of memory: " + std::to_string(size) + " bytes were asked for with " + std::to_string(active) +
        " in use and a limit of " + std::to_string(limit));
  }

  Allocator& real_;
};

Allocator& choose() {
  auto next = reinterpret_cast<Allocator& (*)()>(dlsym(RTLD_NEXT, "_ZN3mlx4core9allocator9allocatorEv"));
  Allocator& real = next();
  if (cu::is_available()) return real; // its allocator checks by itself
  static Checked checked(real);
  return checked;
}

} // namespace

__attribute__((visibility("default"))) Allocator& allocator() {
  static Allocator& chosen = choose();
  return chosen;
}

} // namespace mlx::core::allocator

#endif
