/* yaml_words.h - what the YAML library complains about, in our words. */
#ifndef SCENARIOS_YAML_WORDS_H
#define SCENARIOS_YAML_WORDS_H

/* Null: we have no better words. */
const char *scn_yaml_words(const char *theirs);

#endif
