/* Libraries that are called as libpc15-cuda is and are none that this libpc15 can use. */
#include <stddef.h>
#include <stdint.h>

#ifdef PC15_OTHER_VERSION
const void *pc15_cuda_plugin(uint32_t abi);
const void *pc15_cuda_plugin(uint32_t abi) {
  (void)abi;
  return NULL;
}
#else
int something_else(void);
int something_else(void) { return 1; }
#endif
