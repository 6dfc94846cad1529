// Compiler knowledge lives here and nowhere else.
//
// PC15_HD marks the normative arithmetic: internal linkage (two translation units built for different
// instruction sets must never share one body), forced inlining, and host + device under nvcc.
#pragma once

#if defined(__CUDACC__)
#define PC15_HD static __host__ __device__ __forceinline__
#define PC15_HD_MEMBER __host__ __device__ __forceinline__
#elif defined(__GNUC__) || defined(__clang__)
#define PC15_HD static inline __attribute__((always_inline, unused))
#else
#define PC15_HD static inline
#endif

// The same for member functions and member templates.
#if !defined(PC15_HD_MEMBER)
#define PC15_HD_MEMBER inline
#endif

// Before a loop whose body is large.
#if defined(__CUDACC__)
#define PC15_NO_UNROLL _Pragma("unroll 1")
#else
#define PC15_NO_UNROLL
#endif

// Functions marked PC15_AVX2 or PC15_AVX512 may use those instructions whatever the rest is built for; only a
// table that checked the processor calls them. An attribute, not a compiler flag for the file: a flag would
// also build the inline functions of headers for the set, and the linker might give those to everybody. A
// name that both sets have, templates too, therefore lives in a namespace of the set.
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__) && !defined(__CUDACC__)
#define PC15_HAS_AVX2 1
#define PC15_AVX2 __attribute__((target("avx2")))
#define PC15_HAS_AVX512 1
#define PC15_AVX512 __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))
#endif

// Every AArch64 has these registers, so their functions need no attribute.
#if (defined(__GNUC__) || defined(__clang__)) && defined(__AARCH64EL__) && !defined(__CUDACC__)
#define PC15_HAS_NEON 1
#endif

#if defined(__GNUC__) || defined(__clang__)
#define PC15_RESTRICT __restrict__
#define PC15_LIKELY(x) __builtin_expect(!!(x), 1)
#define PC15_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define PC15_NOINLINE __attribute__((noinline))
#define PC15_INLINE inline __attribute__((always_inline))
#else
#define PC15_RESTRICT
#define PC15_LIKELY(x) (x)
#define PC15_UNLIKELY(x) (x)
#define PC15_NOINLINE
#define PC15_INLINE inline
#endif

// a < b ? yes : no, without a branch where the compiler can be made to: for what no processor can guess.
namespace pc15 {
PC15_HD unsigned select_less(unsigned a, unsigned b, unsigned yes, unsigned no) {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__) && !defined(__CUDACC__)
  asm("cmpl %2, %1\n\tcmovbl %3, %0" : "+&r"(no) : "r"(a), "ri"(b), "r"(yes) : "cc");
  return no;
#else
  return a < b ? yes : no;
#endif
}
}  // namespace pc15
