"""Fetches Debian packages and Python wheels by name and unpacks them, installing nothing."""

import pathlib
import subprocess
import sys
import zipfile


def debian_package(name: str, folder: pathlib.Path) -> pathlib.Path:
    """Unpacks the Debian package `name` below `folder` and returns the root of its files."""
    downloads = folder / "downloads" / name
    downloads.mkdir(parents=True)
    _run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", name, at=downloads)
    root = folder / name
    _run("dpkg-deb", "-x", _only_file(downloads), root, at=folder)
    return root


def wheel(requirement: str, folder: pathlib.Path) -> pathlib.Path:
    """Unpacks the wheel of `requirement`, as `easy-vqa==1.0`, and returns its root."""
    name = requirement.partition("==")[0]
    downloads = folder / "downloads" / name
    downloads.mkdir(parents=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    _run(sys.executable, "-m", "pip", "download", *options, requirement, at=downloads)
    root = folder / name
    with zipfile.ZipFile(_only_file(downloads)) as archive:
        archive.extractall(root)
    return root


def _only_file(folder: pathlib.Path) -> pathlib.Path:
    (file,) = folder.iterdir()
    return file


def _run(*command: object, at: pathlib.Path) -> None:
    try:
        subprocess.run([str(word) for word in command], cwd=at, check=True, stdout=sys.stderr)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed, and it is needed to fetch the packages")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{command[0]} failed with status {error.returncode}; see its message above")
