// Matrix products of the calling thread alone, for the shim's kernels.
#pragma once

namespace azr {

// False without OpenBLAS: then kernels that need products are not used.
bool has_products();

// c [m, n] = alpha * op(a) [m, k] * op(b) [k, n] + beta * c, row-major.
void product(
    bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float* a, int lda, const float* b,
    int ldb, float beta, float* c, int ldc);

} // namespace azr
