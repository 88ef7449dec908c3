# make run    installs what is missing, builds, and runs the sample pipeline to its report
# make test   installs what is missing, builds and runs every test, checks the form of the sources

PIPELINE ?= pipelines/warmstart-then-rl.yaml
LIBRARIES := pkg-config libarchive-dev libjpeg-dev libpng-dev libopenblas-dev libzstd-dev libssl-dev

.PHONY: run test build setup

run: build
	.build/release/scanpath run $(PIPELINE)

test: setup
	swift build --build-tests
	swift test --skip-build
	Tests/lint

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
