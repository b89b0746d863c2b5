/* stack.h - calling a handler on a stack of its own, where the machine is one that this file knows. */
#ifndef RUNTIME_STACK_H
#define RUNTIME_STACK_H

#include "runtime.h"

#if defined(__x86_64__)
#define RT_STACK_CALL 1
#else
#define RT_STACK_CALL 0
#endif

/* fn(self, state, msg) with the stack that ends at `top`, a multiple of 16. */
static inline void rt_stack_call(void *top,
				 void (*fn)(struct rt_self *self, void *state, const struct rt_msg *msg),
				 struct rt_self *self, void *state, const struct rt_msg *msg)
{
#if RT_STACK_CALL
	register void *target __asm__("rax") = (void *)fn;
	register void *first __asm__("rdi") = self;
	register void *second __asm__("rsi") = state;
	register const void *third __asm__("rdx") = msg;
	register void *stack __asm__("rcx") = top;

	__asm__ volatile("movq %%rsp, %%rbx\n\t"
			 "movq %%rcx, %%rsp\n\t"
			 "call *%%rax\n\t"
			 "movq %%rbx, %%rsp"
			 : "+r"(target), "+r"(first), "+r"(second), "+r"(third), "+r"(stack)
			 :
			 : "rbx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			   "xmm15", "memory", "cc");
#else
	(void)top;
	fn(self, state, msg);
#endif
}

#endif
