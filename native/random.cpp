// Random draws; every one takes its key.
#include "azr_mlx.h"

using namespace azr;

AZR_API Handle azr_random_key(double seed) {
  return guarded([&] { return mx::random::key(static_cast<uint64_t>(seed)); });
}
AZR_API Handle azr_random_split(Handle key, int count) {
  return guarded([&] { return mx::random::split(*key, count); });
}
AZR_API Handle azr_random_uniform(const int32_t* extents, int count, Handle low, Handle high, int dtype, Handle key) {
  return guarded(
      [&] { return mx::random::uniform(*low, *high, shape(extents, count), dtype_of(dtype), optional(key)); });
}
AZR_API Handle azr_random_normal(const int32_t* extents, int count, int dtype, Handle loc, Handle scale, Handle key) {
  return guarded([&] {
    return mx::random::normal(
        shape(extents, count), dtype_of(dtype), optional(loc), optional(scale), optional(key));
  });
}
AZR_API Handle azr_random_randint(const int32_t* extents, int count, Handle low, Handle high, int dtype, Handle key) {
  return guarded(
      [&] { return mx::random::randint(*low, *high, shape(extents, count), dtype_of(dtype), optional(key)); });
}
AZR_API Handle azr_random_bernoulli(Handle p, const int32_t* extents, int count, Handle key) {
  return guarded([&] { return mx::random::bernoulli(*p, shape(extents, count), optional(key)); });
}
AZR_API Handle azr_random_gumbel(const int32_t* extents, int count, int dtype, Handle key) {
  return guarded([&] { return mx::random::gumbel(shape(extents, count), dtype_of(dtype), optional(key)); });
}
AZR_API Handle azr_random_categorical(Handle logits, int axis, Handle key) {
  return guarded([&] { return mx::random::categorical(*logits, axis, optional(key)); });
}
