# The worker @NAME@: a plugin for Treefall, built against a checkout of it.
#
#   make          @NAME@.so
#   make run      the scenario @NAME@.yaml
#   make test     test_@NAME@
TREEFALL ?= @TREEFALL@
CFLAGS ?= -O2 -g

# All that is here is the plugin, but its tests.
parts := $(filter-out test_%.c,$(wildcard *.c))
flags = -std=c11 -D_GNU_SOURCE -I$(TREEFALL) -Wall -Wextra $(CFLAGS)

@NAME@.so: $(parts) $(wildcard *.h) $(wildcard $(TREEFALL)/runtime/*.h)
	$(CC) $(flags) -fPIC -shared -Wl,-Bsymbolic -o $@ $(parts)

run: @NAME@.so
	$(MAKE) -C $(TREEFALL) build/treefall
	$(TREEFALL)/build/treefall run @NAME@.yaml

test: test_@NAME@
	./test_@NAME@

test_@NAME@: test_@NAME@.c $(parts) $(wildcard *.h) $(wildcard $(TREEFALL)/runtime/*.h)
	$(MAKE) -C $(TREEFALL) build/libsupport.a build/libruntime.a
	$(CC) $(flags) -o $@ test_@NAME@.c $(parts) $(TREEFALL)/build/libsupport.a \
		$(TREEFALL)/build/libruntime.a -lcmocka

clean:
	rm -f @NAME@.so test_@NAME@

.PHONY: run test clean
