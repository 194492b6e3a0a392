// Threads for the CPU kernels, kept from one call to the next. MLX runs a stream's work on one thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace azr {

class KernelThreads {
 public:
  // Lives as long as the process: MLX's own threads may still compute while it exits.
  static KernelThreads& shared() {
    static auto* pool = new KernelThreads(std::max(1u, std::thread::hardware_concurrency()));
    return *pool;
  }

  // The most threads, the caller included, that work at once.
  void limit(int threads) {
    limit_.store(std::max(1, threads), std::memory_order_relaxed);
  }

  // Calls body(begin, end) on pieces of [0, count), each of at least `grain` where there are several, up to
  // `per_thread` pieces a thread. A caller that finds the pool at work does everything itself.
  void run(
      size_t count, size_t grain, const std::function<void(size_t, size_t)>& body, size_t per_thread = 4) {
    size_t threads = std::min<size_t>(workers_.size() + 1, limit_.load(std::memory_order_relaxed));
    size_t pieces = std::min(threads * per_thread, count / std::max<size_t>(grain, 1));
    std::unique_lock busy(running_, std::try_to_lock);
    if (threads < 2 || pieces < 2 || !busy) {
      if (count) body(0, count);
      return;
    }
    {
      std::lock_guard lock(mutex_);
      body_ = &body;
      count_ = count;
      pieces_ = pieces;
      next_.store(0, std::memory_order_relaxed);
      helpers_ = threads - 1;
      generation_ += 1;
    }
    wake_.notify_all();
    work();
    spin([&] { return active_.load(std::memory_order_relaxed) == 0; });
    std::unique_lock lock(mutex_);
    helpers_ = 0;
    done_.wait(lock, [&] { return active_.load() == 0; });
    body_ = nullptr;
  }

 private:
  // Some 50 microseconds.
  static constexpr int SPINS = 2000;

  explicit KernelThreads(unsigned threads) : limit_(static_cast<int>(threads)) {
    for (unsigned i = 1; i < threads; i++) workers_.emplace_back([this] { serve(); });
  }

  void serve() {
    size_t seen = 0;
    while (true) {
      spin([&] { return generation_.load(std::memory_order_relaxed) != seen; });
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return generation_ != seen && helpers_ > 0; });
      seen = generation_;
      helpers_ -= 1;
      active_ += 1;
      lock.unlock();
      work();
      lock.lock();
      active_ -= 1;
      if (active_.load() == 0) done_.notify_all();
    }
  }

  // Waits a little while for what usually comes soon: a step of decoding runs hundreds of kernels, each shorter than
  // it takes to wake a thread. Whoever still waits afterwards sleeps.
  template <class Ready>
  static void spin(Ready ready) {
    for (int i = 0; i < SPINS && !ready(); i++) {
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
  }

  void work() {
    for (size_t i = next_.fetch_add(1); i < pieces_; i = next_.fetch_add(1)) {
      (*body_)(count_ * i / pieces_, count_ * (i + 1) / pieces_);
    }
  }

  std::vector<std::thread> workers_;
  std::atomic<int> limit_;
  std::mutex running_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(size_t, size_t)>* body_ = nullptr;
  size_t count_ = 0;
  size_t pieces_ = 0;
  std::atomic<size_t> next_{0};
  size_t helpers_ = 0;
  std::atomic<size_t> active_{0};
  std::atomic<size_t> generation_{0};
};

} // namespace azr
