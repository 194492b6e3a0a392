// Evaluation, and differentiation through closures that JavaScript runs.
#include <mutex>
#include <stdexcept>

#include "azr_mlx.h"

using namespace azr;

namespace {

// JavaScript's one callback. It owns the input handles, hands its outputs to azr_closure_return and returns 0;
// any other value means that the closure threw.
using Trampoline = int (*)(int id, const double* inputs, int count);
thread_local Trampoline trampoline = nullptr;
thread_local std::vector<mx::array> returned;

// Ids of closures that no graph holds any more. Graphs may be freed on MLX's own threads, where JavaScript
// cannot be called, so its side collects them.
std::mutex released_mutex;
std::vector<int32_t> released;

struct Closure {
  int id;
  explicit Closure(int id) : id(id) {}
  Closure(const Closure&) = delete;
  ~Closure() {
    std::lock_guard lock(released_mutex);
    released.push_back(id);
  }
};

std::vector<mx::array> call(int id, const std::vector<mx::array>& inputs) {
  if (!trampoline) throw std::logic_error("this thread has no closures");
  std::vector<double> handles;
  handles.reserve(inputs.size());
  for (auto& input : inputs) {
    handles.push_back(static_cast<double>(reinterpret_cast<uintptr_t>(make(input))));
  }
  int status = trampoline(id, handles.data(), static_cast<int>(handles.size()));
  auto outputs = std::move(returned);
  returned.clear();
  if (status != 0) throw std::runtime_error("the closure threw");
  return outputs;
}

using Function = std::function<std::vector<mx::array>(const std::vector<mx::array>&)>;

thread_local std::vector<Function> compiled;

Function function_of(int id) {
  return [closure = std::make_shared<Closure>(id)](const std::vector<mx::array>& inputs) {
    return call(closure->id, inputs);
  };
}

} // namespace

AZR_API void azr_set_trampoline(Trampoline callback) {
  trampoline = callback;
}
AZR_API int azr_closure_return(const double* handles, int count) {
  return guard([&] {
    returned = arrays(handles, count);
    return count;
  });
}
// Writes up to `capacity` released ids and returns how many.
AZR_API int azr_closures_released(int32_t* out, int capacity) {
  std::lock_guard lock(released_mutex);
  int count = 0;
  while (count < capacity && !released.empty()) {
    out[count++] = released.back();
    released.pop_back();
  }
  return count;
}

AZR_API int azr_eval(const double* handles, int count) {
  return guard([&] {
    mx::eval(arrays(handles, count));
    return 0;
  });
}
AZR_API int azr_async_eval(const double* handles, int count) {
  return guard([&] {
    mx::async_eval(arrays(handles, count));
    return 0;
  });
}
AZR_API int azr_synchronize() {
  return guard([&] {
    mx::synchronize();
    return 0;
  });
}

// Results: the closure's outputs, the first of which is the scalar to differentiate, then the gradient of each
// input. The return value counts both.
AZR_API int azr_value_and_grad(int closure, const double* inputs, int count) {
  return guard([&] {
    std::vector<int> indices(count);
    for (int i = 0; i < count; i++) indices[i] = i;
    auto [values, gradients] =
        mx::value_and_grad(function_of(closure), indices)(arrays(inputs, count));
    values.insert(values.end(), gradients.begin(), gradients.end());
    return leave(std::move(values));
  });
}
// Results: the closure's outputs. The backward pass runs the closure again.
AZR_API int azr_checkpoint(int closure, const double* inputs, int count) {
  return guard([&] { return leave(mx::checkpoint(function_of(closure))(arrays(inputs, count))); });
}

// A function that MLX traces once for each set of shapes and dtypes (of ranks and dtypes when shapeless) and whose
// element-wise operations it fuses. Returns its number in this thread; it lives as long as the thread.
AZR_API int azr_compile(int closure, bool shapeless) {
  return guard([&] {
    compiled.push_back(mx::compile(function_of(closure), shapeless));
    return static_cast<int>(compiled.size()) - 1;
  });
}
AZR_API int azr_call_compiled(int number, const double* inputs, int count) {
  return guard([&] { return leave(compiled.at(number)(arrays(inputs, count))); });
}
