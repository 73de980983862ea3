#!/bin/bash
set -euo pipefail
cat > /app/sales/Makefile <<'END'
REGIONS := $(sort $(patsubst data/%.csv,%,$(wildcard data/*.csv)))
REPORTS := $(REGIONS:%=out/%.txt)

# Reports whose data are gone. They are removed, and the summary is made again, when there are any.
STALE := $(filter-out $(REPORTS) out/summary.txt,$(wildcard out/*.txt))

.DELETE_ON_ERROR:
.PHONY: all clean stale
.SUFFIXES:

all: $(REPORTS) out/summary.txt

$(REPORTS): out/%.txt: data/%.csv rates.txt tools/report.sh | out
	tools/report.sh rates.txt $< > $@

out/summary.txt: $(REPORTS) tools/summary.sh $(if $(STALE),stale) | out
	tools/summary.sh $(REPORTS) > $@

stale:
	rm -f $(STALE)

out:
	mkdir -p out

clean:
	rm -rf out
END
