# make run    installs what is missing, builds, and runs the sample pipeline to its report
# make test   installs what is missing, builds and runs every test, checks the form of the sources
# make resume kills the sample pipeline again and again and compares bytes with undisturbed runs
# make torture kills runs of the data path at random moments, fills disks, and compares bytes
# make parity compares the numbers of MODEL with those of transformers, and opens exports with the
#             loaders of their peers, in environments of their own
# make hostile reads what was made to break readers, in a test of pixels and in one run of ingest
# make fuzz   feeds readers of foreign bytes with noise for SECONDS each; ONLY=name feeds one
# make bench  times the data path beside its peers; ONLY=name runs one benchmark

PIPELINE ?= pipelines/warmstart-then-rl.yaml
ONLY ?=
MODEL ?= Sources/VisionLanguage/Bundled
LIBRARIES := pkg-config libarchive-dev libjpeg-dev libpng-dev libopenblas-dev libzstd-dev libssl-dev

.PHONY: run test resume torture parity bench hostile fuzz build setup

run: build
	.build/release/scanpath run $(PIPELINE)

test: setup
	swift build --build-tests
	swift test --skip-build
	Tests/lint

resume: build
	Tests/resume/kill_and_resume.sh

torture: LIBRARIES += zstd
torture: build
	Tests/torture/torture.sh

parity: build .venv-parity/installed
	.venv-parity/bin/python Tests/parity/compare_transformers.py $(MODEL)
	Tests/parity/loaders.sh

hostile: build
	Tests/hostile/run

SECONDS ?= 60
fuzz: setup
	Tests/fuzz/run $(SECONDS) $(ONLY)

bench: build
	swift build -c release --product shard-samples
	swift build -c release --product near-hashes
	Benchmarks/run $(ONLY)

# The wheel for processors alone where there is one: the other brings gigabytes for graphics cards.
.venv-parity/installed: Tests/parity/requirements.txt
	python3 -m venv .venv-parity
	.venv-parity/bin/pip install --quiet 'torch==2.13.0+cpu' || \
	  .venv-parity/bin/pip install --quiet torch
	.venv-parity/bin/pip install --quiet -r $<
	touch $@

build: setup
	swift build -c release --product scanpath

# Installs the Debian packages that are missing, and says nothing when none is.
setup:
	@missing=$$(for name in $(LIBRARIES); do \
	  dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || echo $$name; \
	done); \
	test -z "$$missing" && exit 0; \
	test "$$(id -u)" = 0 && become= || become=sudo; \
	echo "setup: installing" $$missing; \
	$$become apt-get -qq update && \
	$$become env DEBIAN_FRONTEND=noninteractive \
	  apt-get -qq install --no-install-recommends --yes $$missing >/dev/null
