/* digest.c - the one place that knows xxhash. */
#include "digest.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static_assert(sizeof(struct scn_digest) == sizeof(XXH64_state_t), "a digest is xxhash's state");

void scn_digest_init(struct scn_digest *digest)
{
	XXH64_state_t state;

	XXH64_reset(&state, 0);
	memcpy(digest, &state, sizeof(state));
}

void scn_digest_add(struct scn_digest *digest, const void *data, size_t length)
{
	XXH64_state_t state;

	memcpy(&state, digest, sizeof(state));
	XXH64_update(&state, data, length);
	memcpy(digest, &state, sizeof(state));
}

uint64_t scn_digest_value(const struct scn_digest *digest)
{
	XXH64_state_t state;

	memcpy(&state, digest, sizeof(state));
	return XXH64_digest(&state);
}
