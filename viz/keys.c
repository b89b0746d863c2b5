/* keys.c - the table of keys. */
#include "keys.h"

const struct viz_key viz_keys[VIZ_KEYS] = {
#define X(name, key, other, text, about, when, label, help)                                                  \
	[name] = { key, other, text, about, when, label, help },
	VIZ_KEY_LIST(X)
#undef X
};

const char *const viz_abouts[VIZ_ABOUTS] = {
#define X(name, title) [name] = title,
	VIZ_ABOUT_LIST(X)
#undef X
};

enum viz_do viz_key_find(int key, unsigned *view)
{
	if (key >= '1' && key <= '9') {
		*view = (unsigned)(key - '1');
		return VIZ_DO_VIEW;
	}
	for (int i = 0; i < VIZ_KEYS; i++) {
		if (viz_keys[i].key == key || (viz_keys[i].other != 0 && viz_keys[i].other == key))
			return (enum viz_do)i;
	}
	return VIZ_DO_NOTHING;
}
