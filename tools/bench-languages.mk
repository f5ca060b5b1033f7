# What a start costs in each language, without and with a registration: Tests/Bench/languages.

.PHONY: bench-languages test-bench-languages

$(BENCH)/languages/Start.class: Tests/Bench/languages/Start.java $(JAVA_JAR)
	@mkdir -p $(@D)
	$(JDK)/bin/javac --release 11 -cp $(JAVA_JAR) -d $(@D) $<

BENCH_LANGUAGES = $(PYTHON) Tests/Bench/languages/run.py --programs $(BENCH) --library $(abspath $(LIBRARY)) \
    --tests $(CURDIR)/build/tests --python $(abspath $(PYTHON)) --jdk $(JDK)
BENCH_LANGUAGES_NEED := $(BENCH)/languages/Start.class $(NODE_TESTS)/.installed $(RUBY_TESTS)/.installed \
    $(PHP_TESTS)/.installed $(LUA_TESTS)/.installed $(BENCH)/spawn $(BENCH)/stub

bench-languages: $(BENCH_LANGUAGES_NEED) $(SANDBOX) ## a start in each language, with and without a registration
	$(BENCH_LANGUAGES) --runs $(BENCH_RUNS) --json build/bench-languages.json

# Once, with nothing said about time.
test-bench: test-bench-languages
test-bench-languages: $(BENCH_LANGUAGES_NEED) $(SANDBOX)
	$(BENCH_LANGUAGES) --runs 1 --json $(BENCH)/once-languages.json
