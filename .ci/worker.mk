# The worker @NAME@: a plugin for Treefall, built against a checkout of it.
#
#   make          @NAME@.so
#   make run      the scenario @NAME@.yaml
#   make test     test_@NAME@
CHECKOUT ?= @CHECKOUT@
CFLAGS ?= -O2 -g

# All that is here is the plugin, but its tests.
parts := $(filter-out test_%.c,$(wildcard *.c))
flags = -std=c11 -D_GNU_SOURCE -I$(CHECKOUT) -Wall -Wextra $(CFLAGS)

@NAME@.so: $(parts) $(wildcard *.h) $(wildcard $(CHECKOUT)/runtime/*.h)
	$(CC) $(flags) -fPIC -shared -Wl,-Bsymbolic -o $@ $(parts)

run: @NAME@.so
	$(MAKE) -C $(CHECKOUT) build/treefall
	$(CHECKOUT)/build/treefall run @NAME@.yaml

test: test_@NAME@
	./test_@NAME@

test_@NAME@: test_@NAME@.c $(parts) $(wildcard *.h) $(wildcard $(CHECKOUT)/runtime/*.h)
	$(MAKE) -C $(CHECKOUT) build/libsupport.a build/libruntime.a
	$(CC) $(flags) -o $@ test_@NAME@.c $(parts) $(CHECKOUT)/build/libsupport.a \
		$(CHECKOUT)/build/libruntime.a -lcmocka

clean:
	rm -f @NAME@.so test_@NAME@

.PHONY: run test clean
