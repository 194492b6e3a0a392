// Fast BLAS for MLX's CPU backend on Linux.
//
// The mlx-cpu wheel brings reference BLAS (one thread, no vector code). libmlx takes only cblas_sgemm,
// cblas_dgemm and cblas_cgemm from it. This library exports the three and libmlx comes in as its dependency, so
// the dynamic linker, which looks here first, binds libmlx to them; they forward to OpenBLAS, whose symbols
// carry the prefix scipy_ and therefore cannot meet the reference library's. Without OpenBLAS they fall through
// to the reference library. OpenBLAS itself computes on one thread: its own threads spin while they wait, which
// costs far more than it gains wherever other processes want the cores, so products are divided here. On macOS
// libmlx uses Accelerate, and this file compiles to the counters alone.
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>

#include "azr_mlx.h"
#include "blas.h"
#include "kernel_threads.h"

namespace {
std::atomic<int64_t> forwarded{0};
}

// Matrix products that OpenBLAS has computed in this process.
AZR_API double azr_blas_forwarded() {
  return static_cast<double>(forwarded.load(std::memory_order_relaxed));
}

// Threads of the products and of the shim's own kernels.
AZR_API void azr_blas_threads(int count) {
  azr::KernelThreads::shared().limit(count);
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

template <class F>
F next(const char* symbol) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, symbol));
}

// Products below this many multiplications are not worth a second thread.
constexpr double LEAST_DIVIDED = 1 << 19;
// Rows or columns of a piece come in multiples of this, which suits OpenBLAS's tiles.
constexpr int TILE = 16;

// Runs body(begin, end) over [0, extent) in pieces that begin at multiples of TILE.
void divide(int extent, double multiplications, const std::function<void(int, int)>& body) {
  if (multiplications < LEAST_DIVIDED || extent < 2 * TILE) return body(0, extent);
  size_t tiles = (extent + TILE - 1) / TILE;
  azr::KernelThreads::shared().run(
      tiles, 1,
      [&](size_t begin, size_t end) {
        body(static_cast<int>(begin) * TILE, std::min<int>(extent, static_cast<int>(end) * TILE));
      },
      2);
}

// y = alpha * op(matrix) * x + beta * y, where matrix is [rows, columns] row-major.
void matrix_vector(
    bool transpose, int rows, int columns, float alpha, const float* matrix, int ld, const float* x, int incx,
    float beta, float* y, int incy) {
  int length = transpose ? columns : rows;
  if (beta == 0.0f) {
    // OpenBLAS scales what is there by zero, which keeps NaN.
    for (int i = 0; i < length; i++) y[static_cast<size_t>(i) * incy] = 0.0f;
  }
  divide(length, static_cast<double>(rows) * columns, [&](int begin, int end) {
    size_t skip = transpose ? begin : static_cast<size_t>(begin) * ld;
    open_sgemv(
        ROW_MAJOR, transpose ? TRANSPOSE : NO_TRANSPOSE, transpose ? rows : end - begin,
        transpose ? end - begin : columns, alpha, matrix + skip, ld, x, incx, beta,
        y + static_cast<size_t>(begin) * incy, incy);
  });
}

} // namespace

bool azr::has_products() {
  return open_sgemm != nullptr;
}

void azr::product(
    bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float* a, int lda, const float* b,
    int ldb, float beta, float* c, int ldc) {
  if (m == 1 && k > 0) {
    if (beta == 0.0f) std::fill_n(c, n, 0.0f);
    int rows = transpose_b ? n : k, columns = transpose_b ? k : n;
    return open_sgemv(
        ROW_MAJOR, transpose_b ? NO_TRANSPOSE : TRANSPOSE, rows, columns, alpha, b, ldb, a, transpose_a ? lda : 1, beta,
        c, 1);
  }
  open_sgemm(
      ROW_MAJOR, transpose_a ? TRANSPOSE : NO_TRANSPOSE, transpose_b ? TRANSPOSE : NO_TRANSPOSE, m, n, k, alpha, a,
      lda, b, ldb, beta, c, ldc);
}

// Opens OpenBLAS. Called once, before the first product.
AZR_API int azr_blas_open(const char* path) {
  return azr::guard([&] {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    auto set_threads = reinterpret_cast<void (*)(int)>(dlsym(library, "scipy_openblas_set_num_threads"));
    open_sgemv = reinterpret_cast<Sgemv>(dlsym(library, "scipy_cblas_sgemv"));
    open_dgemm = reinterpret_cast<Dgemm>(dlsym(library, "scipy_cblas_dgemm"));
    open_cgemm = reinterpret_cast<Cgemm>(dlsym(library, "scipy_cblas_cgemm"));
    open_sgemm = reinterpret_cast<Sgemm>(dlsym(library, "scipy_cblas_sgemm"));
    if (!open_sgemm || !open_sgemv || !open_dgemm || !open_cgemm || !set_threads) {
      throw std::runtime_error(std::string(path) + " lacks the symbols scipy_cblas_*");
    }
    set_threads(1);
    return 0;
  });
}

AZR_API void cblas_sgemm(
    int order, int ta, int tb, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb,
    float beta, float* c, int ldc) {
  if (!open_sgemm) {
    static auto reference = next<Sgemm>("cblas_sgemm");
    return reference(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }
  forwarded.fetch_add(1, std::memory_order_relaxed);
  if (order != ROW_MAJOR) return open_sgemm(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  bool transpose_a = ta != NO_TRANSPOSE, transpose_b = tb != NO_TRANSPOSE;
  // One row or one column: a matrix-vector product, which streams the matrix several times faster.
  if (m == 1 && k > 0) {
    int stride = transpose_a ? lda : 1;
    return transpose_b ? matrix_vector(false, n, k, alpha, b, ldb, a, stride, beta, c, 1)
                       : matrix_vector(true, k, n, alpha, b, ldb, a, stride, beta, c, 1);
  }
  if (n == 1 && k > 0) {
    int stride = transpose_b ? 1 : ldb;
    return transpose_a ? matrix_vector(true, k, m, alpha, a, lda, b, stride, beta, c, ldc)
                       : matrix_vector(false, m, k, alpha, a, lda, b, stride, beta, c, ldc);
  }
  double work = static_cast<double>(m) * n * k;
  if (m > n) {
    divide(m, work, [&](int begin, int end) {
      const float* from = a + (transpose_a ? begin : static_cast<size_t>(begin) * lda);
      float* to = c + static_cast<size_t>(begin) * ldc;
      open_sgemm(order, ta, tb, end - begin, n, k, alpha, from, lda, b, ldb, beta, to, ldc);
    });
  } else {
    divide(n, work, [&](int begin, int end) {
      const float* from = b + (transpose_b ? static_cast<size_t>(begin) * ldb : begin);
      open_sgemm(order, ta, tb, m, end - begin, k, alpha, a, lda, from, ldb, beta, c + begin, ldc);
    });
  }
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
bool azr::has_products() {
  return false;
}
void azr::product(bool, bool, int, int, int, float, const float*, int, const float*, int, float, float*, int) {
  throw std::logic_error("products of the shim's own are for Linux");
}

#endif
