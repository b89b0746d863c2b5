/* sanitized.h - is this built with a sanitizer that keeps books of memory, and is it the one of addresses? */
#ifndef RUNTIME_SANITIZED_H
#define RUNTIME_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define RT_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_ASAN 1
#elif __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define RT_SANITIZED 1
#endif
#endif
#ifndef RT_ASAN
#define RT_ASAN 0
#endif
#ifndef RT_SANITIZED
#define RT_SANITIZED RT_ASAN
#endif

#endif
