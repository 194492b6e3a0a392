// Fast BLAS for MLX's CPU backend on Linux.
//
// The mlx-cpu wheel brings reference BLAS (one thread, no vector code). libmlx takes only cblas_sgemm,
// cblas_dgemm and cblas_cgemm from it. This library exports the three and libmlx comes in as its dependency, so
// the dynamic linker, which looks here first, binds libmlx to them; they forward to OpenBLAS, whose symbols
// carry the prefix scipy_ and therefore cannot meet the reference library's. Without OpenBLAS they fall through
// to the reference library. On macOS libmlx uses Accelerate, and this file compiles to the counters alone.
#include <dlfcn.h>

#include <atomic>
#include <cstring>
#include <string>

#include "azr_mlx.h"

namespace {
std::atomic<int64_t> forwarded{0};
}

// Matrix products that OpenBLAS has computed in this process.
AZR_API double azr_blas_forwarded() {
  return static_cast<double>(forwarded.load(std::memory_order_relaxed));
}

#if defined(__linux__)

namespace {

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

using Sgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
using Dgemm = void (*)(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
using Cgemm = void (*)(int, int, int, int, int, int, const void*, const void*, int, const void*, int, const void*, void*, int);
using Sgemv = void (*)(int, int, int, int, float, const float*, int, const float*, int, float, float*, int);

Sgemm open_sgemm = nullptr;
Dgemm open_dgemm = nullptr;
Cgemm open_cgemm = nullptr;
Sgemv open_sgemv = nullptr;
void (*set_threads)(int) = nullptr;

template <class F>
F next(const char* symbol) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, symbol));
}

} // namespace

// Opens OpenBLAS. Called once, before the first product.
AZR_API int azr_blas_open(const char* path) {
  return azr::guard([&] {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    open_sgemv = reinterpret_cast<Sgemv>(dlsym(library, "scipy_cblas_sgemv"));
    open_dgemm = reinterpret_cast<Dgemm>(dlsym(library, "scipy_cblas_dgemm"));
    open_cgemm = reinterpret_cast<Cgemm>(dlsym(library, "scipy_cblas_cgemm"));
    open_sgemm = reinterpret_cast<Sgemm>(dlsym(library, "scipy_cblas_sgemm"));
    set_threads = reinterpret_cast<void (*)(int)>(dlsym(library, "scipy_openblas_set_num_threads"));
    if (!open_sgemm || !open_sgemv || !open_dgemm || !open_cgemm) {
      throw std::runtime_error(std::string(path) + " lacks the symbols scipy_cblas_*");
    }
    return 0;
  });
}
AZR_API void azr_blas_threads(int count) {
  if (set_threads) set_threads(count);
}

AZR_API void cblas_sgemm(
    int order, int ta, int tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb,
    float beta, float* c, int ldc) {
  if (!open_sgemm) {
    static auto reference = next<Sgemm>("cblas_sgemm");
    return reference(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }
  forwarded.fetch_add(1, std::memory_order_relaxed);
  if (order == ROW_MAJOR && m == 1 && k > 0) {
    // [1, K] x [K, N] is a matrix-vector product over b, which gemv streams several times faster.
    if (beta == 0.0f) std::memset(c, 0, sizeof(float) * n);
    int stride = ta == NO_TRANSPOSE ? 1 : lda;
    if (tb == NO_TRANSPOSE) return open_sgemv(order, TRANSPOSE, k, n, alpha, b, ldb, a, stride, beta, c, 1);
    return open_sgemv(order, NO_TRANSPOSE, n, k, alpha, b, ldb, a, stride, beta, c, 1);
  }
  if (order == ROW_MAJOR && n == 1 && k > 0) {
    if (beta == 0.0f) {
      for (int i = 0; i < m; i++) c[static_cast<size_t>(i) * ldc] = 0.0f;
    }
    int stride = tb == NO_TRANSPOSE ? ldb : 1;
    if (ta == NO_TRANSPOSE) return open_sgemv(order, NO_TRANSPOSE, m, k, alpha, a, lda, b, stride, beta, c, ldc);
    return open_sgemv(order, TRANSPOSE, k, m, alpha, a, lda, b, stride, beta, c, ldc);
  }
  open_sgemm(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

AZR_API void cblas_dgemm(
    int order, int ta, int tb, int m, int n, int k, double alpha, const double* a, int lda, const double* b, int ldb,
    double beta, double* c, int ldc) {
  static auto reference = next<Dgemm>("cblas_dgemm");
  (open_dgemm ? open_dgemm : reference)(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

AZR_API void cblas_cgemm(
    int order, int ta, int tb, int m, int n, int k, const void* alpha, const void* a, int lda, const void* b, int ldb,
    const void* beta, void* c, int ldc) {
  static auto reference = next<Cgemm>("cblas_cgemm");
  (open_cgemm ? open_cgemm : reference)(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

#else

AZR_API int azr_blas_open(const char*) {
  return 0;
}
AZR_API void azr_blas_threads(int) {}

#endif
