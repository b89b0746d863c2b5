/* random_case.h - a seed in, a case out that keeps the rules of docs/trace-format.md. */
#ifndef CONFORMANCE_RANDOM_CASE_H
#define CONFORMANCE_RANDOM_CASE_H

#include <stdint.h>
#include <stdio.h>

/* Prints the case of this seed: always the same, and made from it alone. */
void cnf_random_case(uint64_t seed, FILE *out);

#endif
