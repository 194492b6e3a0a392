// Array operations. Names are MLX's; an axis list with count -1 means all axes.
#include "azr_mlx.h"

using namespace azr;

#define UNARY(name) \
  AZR_API Handle azr_##name(Handle a) { return guarded([&] { return mx::name(*a); }); }
#define BINARY(name) \
  AZR_API Handle azr_##name(Handle a, Handle b) { return guarded([&] { return mx::name(*a, *b); }); }
#define REDUCE(name) \
  AZR_API Handle azr_##name(Handle a, const int32_t* axes, int count, bool keep) { \
    return guarded([&] { return count < 0 ? mx::name(*a, keep) : mx::name(*a, ints(axes, count), keep); }); \
  }

UNARY(negative) UNARY(abs) UNARY(sign) UNARY(square) UNARY(sqrt) UNARY(rsqrt) UNARY(exp) UNARY(expm1)
UNARY(log) UNARY(log1p) UNARY(sigmoid) UNARY(sin) UNARY(cos) UNARY(tanh) UNARY(erf) UNARY(floor) UNARY(ceil)
UNARY(reciprocal) UNARY(isnan) UNARY(isinf) UNARY(isfinite) UNARY(stop_gradient) UNARY(zeros_like)
UNARY(ones_like) UNARY(copy)

BINARY(add) BINARY(subtract) BINARY(multiply) BINARY(divide) BINARY(power) BINARY(maximum) BINARY(minimum)
BINARY(remainder) BINARY(floor_divide) BINARY(logaddexp) BINARY(equal) BINARY(not_equal) BINARY(less)
BINARY(less_equal) BINARY(greater) BINARY(greater_equal) BINARY(logical_and) BINARY(logical_or) BINARY(matmul)

REDUCE(sum) REDUCE(mean) REDUCE(max) REDUCE(min) REDUCE(prod) REDUCE(any) REDUCE(all)

AZR_API Handle azr_logical_not(Handle a) {
  return guarded([&] { return mx::logical_not(*a); });
}
AZR_API Handle azr_round(Handle a, int decimals) {
  return guarded([&] { return mx::round(*a, decimals); });
}
AZR_API Handle azr_where(Handle condition, Handle a, Handle b) {
  return guarded([&] { return mx::where(*condition, *a, *b); });
}
AZR_API Handle azr_clip(Handle a, Handle low, Handle high) {
  return guarded([&] { return mx::clip(*a, optional(low), optional(high)); });
}
AZR_API Handle azr_var(Handle a, const int32_t* axes, int count, bool keep, int ddof) {
  return guarded(
      [&] { return count < 0 ? mx::var(*a, keep, ddof) : mx::var(*a, ints(axes, count), keep, ddof); });
}
AZR_API Handle azr_argmax(Handle a, int axis, bool all, bool keep) {
  return guarded([&] { return all ? mx::argmax(*a, keep) : mx::argmax(*a, axis, keep); });
}
AZR_API Handle azr_argmin(Handle a, int axis, bool all, bool keep) {
  return guarded([&] { return all ? mx::argmin(*a, keep) : mx::argmin(*a, axis, keep); });
}
AZR_API Handle azr_cumsum(Handle a, int axis, bool reverse, bool inclusive) {
  return guarded([&] { return mx::cumsum(*a, axis, reverse, inclusive); });
}
AZR_API Handle azr_sort(Handle a, int axis) {
  return guarded([&] { return mx::sort(*a, axis); });
}
AZR_API Handle azr_argsort(Handle a, int axis) {
  return guarded([&] { return mx::argsort(*a, axis); });
}
AZR_API Handle azr_argpartition(Handle a, int kth, int axis) {
  return guarded([&] { return mx::argpartition(*a, kth, axis); });
}
AZR_API Handle azr_topk(Handle a, int k, int axis) {
  return guarded([&] { return mx::topk(*a, k, axis); });
}

// Shape.
AZR_API Handle azr_reshape(Handle a, const int32_t* extents, int count) {
  return guarded([&] { return mx::reshape(*a, shape(extents, count)); });
}
AZR_API Handle azr_transpose(Handle a, const int32_t* axes, int count) {
  return guarded([&] { return count < 0 ? mx::transpose(*a) : mx::transpose(*a, ints(axes, count)); });
}
AZR_API Handle azr_swapaxes(Handle a, int first, int second) {
  return guarded([&] { return mx::swapaxes(*a, first, second); });
}
AZR_API Handle azr_squeeze(Handle a, const int32_t* axes, int count) {
  return guarded([&] { return count < 0 ? mx::squeeze(*a) : mx::squeeze(*a, ints(axes, count)); });
}
AZR_API Handle azr_expand_dims(Handle a, const int32_t* axes, int count) {
  return guarded([&] { return mx::expand_dims(*a, ints(axes, count)); });
}
AZR_API Handle azr_broadcast_to(Handle a, const int32_t* extents, int count) {
  return guarded([&] { return mx::broadcast_to(*a, shape(extents, count)); });
}
AZR_API Handle azr_concatenate(const double* list, int count, int axis) {
  return guarded([&] { return mx::concatenate(arrays(list, count), axis); });
}
AZR_API Handle azr_stack(const double* list, int count, int axis) {
  return guarded([&] { return mx::stack(arrays(list, count), axis); });
}
AZR_API int azr_split(Handle a, int parts, int axis) {
  return guard([&] { return leave(mx::split(*a, parts, axis)); });
}
AZR_API int azr_split_at(Handle a, const int32_t* indices, int count, int axis) {
  return guard([&] { return leave(mx::split(*a, shape(indices, count), axis)); });
}
AZR_API Handle azr_repeat(Handle a, int repeats, int axis) {
  return guarded([&] { return mx::repeat(*a, repeats, axis); });
}
AZR_API Handle azr_tile(Handle a, const int32_t* repeats, int count) {
  return guarded([&] { return mx::tile(*a, ints(repeats, count)); });
}
AZR_API Handle azr_pad(Handle a, const int32_t* axes, const int32_t* low, const int32_t* high, int count, Handle value) {
  return guarded(
      [&] { return mx::pad(*a, ints(axes, count), shape(low, count), shape(high, count), *value); });
}
AZR_API Handle azr_roll(Handle a, int shift, int axis) {
  return guarded([&] { return mx::roll(*a, shift, axis); });
}
// bounds: start, stop and stride of every axis, 3 * count numbers.
AZR_API Handle azr_slice(Handle a, const int32_t* bounds, int count) {
  return guarded([&] {
    return mx::slice(
        *a, shape(bounds, count), shape(bounds + count, count), shape(bounds + 2 * count, count));
  });
}
AZR_API Handle azr_slice_update(Handle a, Handle update, const int32_t* bounds, int count) {
  return guarded([&] {
    return mx::slice_update(
        *a, *update, shape(bounds, count), shape(bounds + count, count), shape(bounds + 2 * count, count));
  });
}
AZR_API Handle azr_contiguous(Handle a) {
  return guarded([&] { return mx::contiguous(*a); });
}
AZR_API Handle azr_astype(Handle a, int dtype) {
  return guarded([&] { return mx::astype(*a, dtype_of(dtype)); });
}
AZR_API Handle azr_view(Handle a, int dtype) {
  return guarded([&] { return mx::view(*a, dtype_of(dtype)); });
}

// Indexing.
AZR_API Handle azr_take(Handle a, Handle indices, int axis, bool flat) {
  return guarded([&] { return flat ? mx::take(*a, *indices) : mx::take(*a, *indices, axis); });
}
AZR_API Handle azr_take_along_axis(Handle a, Handle indices, int axis) {
  return guarded([&] { return mx::take_along_axis(*a, *indices, axis); });
}
AZR_API Handle azr_put_along_axis(Handle a, Handle indices, Handle values, int axis) {
  return guarded([&] { return mx::put_along_axis(*a, *indices, *values, axis); });
}
AZR_API Handle azr_scatter_add_axis(Handle a, Handle indices, Handle values, int axis) {
  return guarded([&] { return mx::scatter_add_axis(*a, *indices, *values, axis); });
}

// Making.
AZR_API Handle azr_full(const int32_t* extents, int count, Handle value, int dtype) {
  return guarded([&] { return mx::full(shape(extents, count), *value, dtype_of(dtype)); });
}
AZR_API Handle azr_arange(double start, double stop, double step, int dtype) {
  return guarded([&] { return mx::arange(start, stop, step, dtype_of(dtype)); });
}
AZR_API Handle azr_eye(int rows, int columns, int diagonal, int dtype) {
  return guarded([&] { return mx::eye(rows, columns, diagonal, dtype_of(dtype)); });
}
AZR_API Handle azr_tril(Handle a, int diagonal) {
  return guarded([&] { return mx::tril(*a, diagonal); });
}
AZR_API Handle azr_triu(Handle a, int diagonal) {
  return guarded([&] { return mx::triu(*a, diagonal); });
}

// Products.
AZR_API Handle azr_addmm(Handle c, Handle a, Handle b, double alpha, double beta) {
  return guarded([&] { return mx::addmm(*c, *a, *b, alpha, beta); });
}
AZR_API int azr_quantize(Handle w, int group_size, int bits) {
  return guard([&] { return leave(mx::quantize(*w, group_size, bits)); });
}
// dtype -1 keeps that of the scales.
AZR_API Handle azr_dequantize(Handle w, Handle scales, Handle biases, int group_size, int bits, int dtype) {
  return guarded([&] {
    auto type = dtype < 0 ? std::optional<mx::Dtype>() : dtype_of(dtype);
    return mx::dequantize(
        *w, *scales, optional(biases), group_size, bits, "affine", std::nullopt, type);
  });
}

// Fused.
AZR_API Handle azr_layer_norm(Handle x, Handle weight, Handle bias, double eps) {
  return guarded([&] { return mx::fast::layer_norm(*x, optional(weight), optional(bias), eps); });
}
// A NaN base means that freqs are given; offset is used where offsets is NULL.
AZR_API Handle azr_rope(
    Handle x, int dims, bool traditional, double base, double scale, int offset, Handle offsets, Handle freqs) {
  return guarded([&] {
    auto wave = freqs ? std::optional<float>() : std::optional<float>(base);
    return offsets ? mx::fast::rope(*x, dims, traditional, wave, scale, *offsets, optional(freqs))
                   : mx::fast::rope(*x, dims, traditional, wave, scale, offset, optional(freqs));
  });
}
