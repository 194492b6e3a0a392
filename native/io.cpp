// Files, memory and devices.
#if defined(__linux__)
#include <malloc.h>
#endif

#include <stdexcept>
#include <unordered_map>

#include "azr_mlx.h"
#include "mlx/backend/cuda/cuda.h"
#include "mlx/backend/metal/metal.h"
#include "mlx/io.h"
#include "mlx/memory.h"

using namespace azr;

namespace {
int leave_named(std::unordered_map<std::string, mx::array> tensors) {
  auto& list = results();
  list.arrays.clear();
  list.names.clear();
  for (auto& [name, tensor] : tensors) {
    list.names.push_back(name);
    list.arrays.push_back(tensor);
  }
  return static_cast<int>(list.arrays.size());
}
} // namespace

AZR_API int azr_load_safetensors(const char* path) {
  return guard([&] { return leave_named(mx::load_safetensors(std::string(path)).first); });
}
// names: count strings; metadata: 2 * pairs strings, key then value.
AZR_API int azr_save_safetensors(
    const char* path, const char* names, const double* handles, int count, const char* metadata, int pairs) {
  return guard([&] {
    std::unordered_map<std::string, mx::array> tensors;
    auto keys = strings(names, count);
    auto values = arrays(handles, count);
    for (int i = 0; i < count; i++) tensors.insert({keys[i], values[i]});
    std::unordered_map<std::string, std::string> about;
    auto words = strings(metadata, 2 * pairs);
    for (int i = 0; i < pairs; i++) about[words[2 * i]] = words[2 * i + 1];
    mx::save_safetensors(std::string(path), std::move(tensors), std::move(about));
    return 0;
  });
}
AZR_API int azr_load_gguf(const char* path) {
  return guard([&] { return leave_named(mx::load_gguf(std::string(path)).first); });
}

AZR_API double azr_memory_active() {
  return static_cast<double>(mx::get_active_memory());
}
AZR_API double azr_memory_peak() {
  return static_cast<double>(mx::get_peak_memory());
}
AZR_API double azr_memory_cached() {
  return static_cast<double>(mx::get_cache_memory());
}
AZR_API void azr_memory_reset_peak() {
  mx::reset_peak_memory();
}
AZR_API void azr_memory_clear_cache() {
  mx::clear_cache();
#if defined(__GLIBC__)
  // MLX's threads free into glibc's arenas, which keep gigabytes: whole free pages go back to the system.
  malloc_trim(0);
#endif
}
// The previous limits, in bytes; -1 with an error.
AZR_API double azr_memory_set_limit(double bytes) {
  return guard([&] { return static_cast<double>(mx::set_memory_limit(static_cast<size_t>(bytes))); });
}
AZR_API double azr_memory_set_cache_limit(double bytes) {
  return guard([&] { return static_cast<double>(mx::set_cache_limit(static_cast<size_t>(bytes))); });
}
AZR_API double azr_memory_set_wired_limit(double bytes) {
  return guard([&] { return static_cast<double>(mx::set_wired_limit(static_cast<size_t>(bytes))); });
}

// 0 cpu, 1 metal, 2 cuda: the GPU that this libmlx can use now.
AZR_API int azr_backend() {
  return guard([&] { return mx::metal::is_available() ? 1 : mx::cu::is_available() ? 2 : 0; });
}
AZR_API int azr_set_default_device(bool gpu) {
  return guard([&] {
    mx::set_default_device(gpu ? mx::Device::gpu : mx::Device::cpu);
    return 0;
  });
}
AZR_API int azr_default_device_is_gpu() {
  return mx::default_device() == mx::Device::gpu ? 1 : 0;
}
