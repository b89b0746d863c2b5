/* digest.h - the hash of journals: XXH64, of text as it comes. */
#ifndef SCENARIOS_DIGEST_H
#define SCENARIOS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct scn_digest {
	uint64_t state[11];
};

void scn_digest_init(struct scn_digest *digest);
void scn_digest_add(struct scn_digest *digest, const void *data, size_t length);
uint64_t scn_digest_value(const struct scn_digest *digest);

#endif
