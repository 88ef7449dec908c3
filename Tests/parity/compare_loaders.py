#!/usr/bin/env python3
"""Opens every export with its peer's own loader, and our shards with common tools.

`prepare` runs two small pipelines on `samples/` and exports their datasets. Every other check reads
an export as its readers do and compares it with the dataset's own shards: the number of records,
pictures that decode at the recorded size, text, and coordinates in the frame that the peer's picture
processor shows the model. A check whose packages are missing is skipped and says so.

    compare_loaders.py --work FOLDER prepare
    compare_loaders.py --work FOLDER shards webdataset mds trl verl easyr1 llama-factory ms-swift

Prints a line for every check; ends with 1 if anything differs.
"""

import argparse
import glob
import importlib
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMITS = (3136, 37632)  # of the domains screens and visual-search
PROCESSOR = (3136, 12845056)  # of Qwen2.5-VL's preprocessor_config.json
TARGETS = ["webdataset", "mds", "llama-factory", "trl", "verl", "easyr1", "ms-swift"]


class Skipped(Exception):
    pass


def need(*names):
    """The modules, or a skip that says which one is missing and why."""
    modules = []
    for name in names:
        try:
            modules.append(importlib.import_module(name))
        except Exception as error:
            raise Skipped(f"{name} cannot be imported ({type(error).__name__}: {str(error)[:80]})")
    return modules[0] if len(modules) == 1 else modules


def same(what, found, expected):
    if found != expected:
        raise AssertionError(f"{what}: found {str(found)[:200]}, expected {str(expected)[:200]}")


# Frames, written again from the peers' code.


def smart_resize(width, height, least, most, factor=28):
    """transformers, image_processing_qwen2_vl.py."""
    w, h = round(width / factor) * factor, round(height / factor) * factor
    if w * h > most:
        beta = math.sqrt(height * width / most)
        w = max(factor, math.floor(width / beta / factor) * factor)
        h = max(factor, math.floor(height / beta / factor) * factor)
    elif w * h < least:
        beta = math.sqrt(least / (height * width))
        w, h = math.ceil(width * beta / factor) * factor, math.ceil(height * beta / factor) * factor
    return w, h


def scaled(width, height):
    """EasyR1's process_image and LLaMA-Factory's _preprocess_image: to the limits, whole pixels."""
    if width * height > LIMITS[1]:
        factor = math.sqrt(LIMITS[1] / (width * height))
        width, height = int(width * factor), int(height * factor)
    if width * height < LIMITS[0]:
        factor = math.sqrt(LIMITS[0] / (width * height))
        width, height = int(width * factor), int(height * factor)
    return width, height


def seen(target, width, height):
    """The size at which a trainer's processor shows a picture."""
    if target in ("llama-factory", "easyr1"):
        return smart_resize(*scaled(width, height), *PROCESSOR)
    return smart_resize(width, height, *LIMITS)


def moved(box, size, view):
    """A box in original pixels, in those of the view, to hundredths."""
    sx, sy = view[0] / size[0], view[1] / size[1]
    return [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy]


def near(what, found, expected):
    if len(found) != len(expected) or any(abs(a - b) > 0.006 for a, b in zip(found, expected)):
        raise AssertionError(f"{what}: found {found}, expected {expected}")


# Our own side, read with zstandard, json and tarfile.


class Dataset:
    def __init__(self, folder):
        import zstandard

        self.folder = Path(folder)
        self.records = []
        for part in sorted(self.folder.glob("part-*.jsonl.zst")):
            with zstandard.open(part, "rt", encoding="utf-8") as lines:
                self.records += [json.loads(line) for line in lines]
        self.questions = {r["id"]: r.get("question") if "chains" in r else r for r in self.records}
        self.chains = {f"{r['id']}-{n}": chain for r in self.records if "chains" in r
                       for n, chain in enumerate(r["chains"])}

    def truth(self, question, view=None):
        """The box of the truth in the frame of `view`, or its text."""
        answer = question["answer"]
        if answer["kind"] != "point-in-box":
            return answer["text"]
        image = question["images"][0]
        size = (image["width"], image["height"])
        return moved(answer["box"], size, view or size)


def check_truth(what, found, truth):
    if isinstance(truth, str):
        same(what, found, truth)
    else:
        near(what, json.loads(found) if isinstance(found, str) else found, truth)


def rows(export):
    files = sorted(glob.glob(f"{export}/*.jsonl"))
    datasets = need("datasets")
    datasets.disable_progress_bars()
    return datasets.load_dataset("json", data_files=files, split="train", cache_dir=f"{export}/../cache")


def check_pictures(target, export, paths, question):
    """Whole pictures have the recorded size and become the frame's; crops are 112 pixels."""
    from PIL import Image

    image = question["images"][0]
    for number, path in enumerate(paths):
        with Image.open(os.path.join(export, path)) as picture:
            picture.load()
            expected = (image["width"], image["height"]) if number == 0 else (112, 112)
            same(f"size of {path}", picture.size, expected)
    return seen(target, image["width"], image["height"])


def points(text):
    found = re.findall(r"\((\d+), (\d+)\)", text) + re.findall(r'"coordinate": \[(\d+), (\d+)\]', text)
    return [(int(x), int(y)) for x, y in found]


def text_of(content):
    """What a message says, pictures as `<image>`."""
    if isinstance(content, str):
        return content
    return "".join("<image>" if part["type"] == "image" else part["text"] for part in content)


def check_chain(target, messages, chain, question):
    """The assistant's words are those of the record, their points moved to the trainer's frame."""
    image = question["images"][0]
    size = (image["width"], image["height"])
    ours, theirs = smart_resize(*size, *LIMITS), seen(target, *size)
    written = [s["text"].replace("<|im_end|>", "") for s in chain["segments"] if s["role"] == "model"]
    said = [text_of(m["content"]) for m in messages if m["role"] == "assistant"]
    same("turns", len(said), len(written))
    for mine, other in zip(written, said):
        same("words", re.sub(r"\d+", "#", other), re.sub(r"\d+", "#", mine))
        for (x, y), (u, v) in zip(points(mine), points(other)):
            if abs(x * theirs[0] / ours[0] - u) > 1 or abs(y * theirs[1] / ours[1] - v) > 1:
                raise AssertionError(f"({x}, {y}) of {ours} became ({u}, {v}) of {theirs}")
    return sum(text_of(m["content"]).count("<image>") for m in messages)


# The checks. Each returns what it saw.


def prepare(work, scanpath):
    """Two datasets, questions with boxes and chains with crops, and all their exports."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    small = work / "small.tar"
    with tarfile.open(ROOT / "samples/visual-search.tar") as archive, tarfile.open(small, "w") as out:
        lines = archive.extractfile("questions.jsonl").read().decode().splitlines()
        chosen = [line for line in lines if json.loads(line)["id"].startswith("train")][:12]
        for name in dict.fromkeys(json.loads(line)["image"] for line in chosen):
            member = archive.getmember(name)
            out.addfile(member, archive.extractfile(member))
        info = tarfile.TarInfo("questions.jsonl")
        data = "\n".join(chosen).encode()
        info.size = len(data)
        out.addfile(info, io.BytesIO(data))
    (work / "questions.yaml").write_text(
        "name: questions\ndomain: screens\nstages:\n"
        f"  - ingest: {{archives: [{ROOT}/samples/screens.zip]}}\n"
        "  - split: {train: 0.8, validation: 0.1, test: 0.1}\n"
        "  - write: {dataset: questions, shard-size: 10KiB}\n")
    (work / "chains.yaml").write_text(
        "name: chains\nmodel: bundled\ndomain: visual-search\nstages:\n"
        f"  - ingest: {{archives: [{small}]}}\n"
        "  - search: {simulations: 6, children: 2, rollouts: 2, depth: 4}\n"
        "  - linearize: {per-question: 3}\n  - filter: {grounded: true}\n"
        "  - write: {dataset: chains, records: sft}\n")
    for name in ("questions", "chains"):
        run = [scanpath, "run", str(work / f"{name}.yaml"), "--run-folder", str(work / name)]
        subprocess.run(run, check=True, capture_output=True)
        for target in TARGETS:
            export = [scanpath, "export", str(work / name / "datasets" / name), "--to", target]
            subprocess.run(export + ["--out", str(work / f"{name}-{target}")], check=True, capture_output=True)
    compressed = [scanpath, "export", str(work / "questions/datasets/questions"), "--to", "mds",
                  "--compress", "--shard-size", "1MiB", "--out", str(work / "questions-mds-zstd")]
    subprocess.run(compressed, check=True, capture_output=True)
    return f"{len(TARGETS)} exports of two datasets"


def shards(work):
    """Our shards with datasets, pandas, polars and DuckDB, as the README says."""
    folder = work / "questions/datasets/questions"
    ours = Dataset(folder)
    parts = sorted(map(str, folder.glob("part-*.jsonl.zst")))
    ids = [r["id"] for r in ours.records]
    done = [f"{len(parts)} parts"]
    need("datasets").disable_progress_bars()
    readers = {
        "datasets": lambda m: m.load_dataset(
            "json", data_files=parts, split="train", cache_dir=str(work / "cache"))["id"],
        "pandas": lambda m: [i for p in parts for i in m.read_json(p, lines=True, compression="zstd")["id"]],
        "polars": lambda m: [i for p in parts for i in m.read_ndjson(p, infer_schema_length=None)["id"]],
        "duckdb": lambda m: [row[0] for p in parts for row in m.sql(
            f"select id from read_json('{p}', format='newline_delimited')").fetchall()],
    }
    for name, read in readers.items():
        try:
            module = need(name)
        except Skipped as skipped:
            done.append(f"{skipped}")
            continue
        same(f"ids by {name}", list(read(module)), ids)
        done.append(name)
    return ", ".join(done)


def webdataset(work):
    wds = need("webdataset")
    count = 0
    for name in ("questions", "chains"):
        ours = Dataset(work / name / "datasets" / name)
        export = work / f"{name}-webdataset"
        tars = sorted(map(str, export.glob("*.tar")))
        found = []
        for sample in wds.WebDataset(tars, shardshuffle=False).decode("pil"):
            data = sample["json"]
            picture = sample["jpg"] if "jpg" in sample else sample["png"]
            question = ours.questions[data["id"]]
            image = question["images"][0]
            same("size", picture.size, (image["width"], image["height"]))
            same("options", data["options"], question["options"])
            same("record", json.loads(data["scanpath"])["targets"], question["targets"])
            check_truth("truth", data["bbox"] or data["answer"], ours.truth(question))
            found.append(data["id"])
        same("ids", sorted(found), sorted(ours.questions))
        count += len(found)
    return f"{count} samples by webdataset {wds.__version__}"


def mds(work):
    need("streaming")
    from streaming import MDSWriter, StreamingDataset
    from streaming.base.util import clean_stale_shared_memory

    clean_stale_shared_memory()
    ours = Dataset(work / "questions/datasets/questions")
    for name, hashed in (("questions-mds", None), ("questions-mds-zstd", "xxh64")):
        found = []
        for split in sorted(p.parent.name for p in (work / name).glob("*/index.json")):
            data = StreamingDataset(
                local=str(work / name), split=split, shuffle=False, batch_size=1, validate_hash=hashed)
            for sample in data:
                question = ours.questions[sample["id"]]
                image = question["images"][0]
                sample["image"].load()
                same("size", sample["image"].size, (image["width"], image["height"]))
                same("record", sample["record"], question)
                check_truth("truth", sample["bbox"] or sample["answer"], ours.truth(question))
                found.append(sample["id"])
        same(f"ids of {name}", sorted(found), sorted(ours.questions))
    # The same samples through their writer are the same bytes.
    split = "train"
    index = json.loads((work / "questions-mds" / split / "index.json").read_text())
    shard = index["shards"][0]
    columns = dict(zip(shard["column_names"], shard["column_encodings"]))
    theirs = work / "mds-theirs"
    raw = {**columns, "image": "bytes", "bbox": "bytes", "options": "bytes", "record": "bytes"}
    with MDSWriter(columns=raw, out=str(theirs), size_limit=shard["size_limit"], compression=None) as writer:
        for path in sorted((work / "questions-mds" / split).glob("*.mds")):
            for row in samples_of(path, shard["column_names"]):
                writer.write({k: v.decode() if raw[k] == "str" else v for k, v in row.items()})
    for path in sorted((work / "questions-mds" / split).glob("*.mds")):
        mine, other = path.read_bytes(), (theirs / path.name).read_bytes()
        start, length = header(mine, shard["column_names"])
        start2, length2 = header(other, shard["column_names"])
        same("samples of a shard", mine[start + length:], other[start2 + length2:])
        configuration, other_configuration = json.loads(mine[start:start + length]), json.loads(other[start2:start2 + length2])
        configuration["column_encodings"] = other_configuration["column_encodings"]
        same("configuration", configuration, other_configuration)
        text = json.dumps(json.loads(mine[start:start + length]), sort_keys=True).encode()
        same("text of the configuration", mine[start:start + length], text)
    return f"{len(ours.questions)} samples, plain and zstd with XXH64; bytes as of MDSWriter"


def header(shard, names):
    """Where the configuration of an MDS shard begins, and its length."""
    count = int.from_bytes(shard[:4], "little")
    start = 4 + 4 * (count + 1)
    return start, int.from_bytes(shard[4:8], "little") - start


def samples_of(path, names):
    shard = path.read_bytes()
    count = int.from_bytes(shard[:4], "little")
    offsets = [int.from_bytes(shard[4 + 4 * n:8 + 4 * n], "little") for n in range(count + 1)]
    for begin in offsets[:-1]:
        sizes = [int.from_bytes(shard[begin + 4 * n:begin + 4 * n + 4], "little") for n in range(len(names))]
        at, row = begin + 4 * len(names), {}
        for name, size in zip(names, sizes):
            row[name] = shard[at:at + size]
            at += size
        yield row


def trl(work):
    datasets = need("datasets")
    try:
        prepare_messages = need("trl.data_utils").prepare_multimodal_messages
        by = f"datasets {datasets.__version__} and trl.data_utils"
    except Skipped as skipped:
        prepare_messages, by = None, f"datasets {datasets.__version__} ({skipped})"
    count = 0
    for name in ("questions", "chains"):
        ours, export = Dataset(work / name / "datasets" / name), work / f"{name}-trl"
        table = rows(export)
        paths = [row["images"] for row in table]
        table = table.map(lambda row: {"images": [str(export / p) for p in row["images"]]},
                          load_from_cache_file=False)
        table = table.cast_column("images", datasets.Sequence(datasets.Image()))
        for row, names in zip(table, paths):
            messages = row["messages"] if name == "chains" else row["prompt"]
            question = ours.questions[re.sub(r"-\d+$", "", row["id"]) if name == "chains" else row["id"]]
            view = check_pictures("trl", export, names, question)
            for picture in row["images"]:
                picture.load()
            places = sum(part["type"] == "image" for m in messages for part in m["content"])
            same("places of pictures", places, len(row["images"]))
            if prepare_messages:
                plain = [{"role": m["role"], "content": [
                    {k: v for k, v in part.items() if v is not None} for part in m["content"]]} for m in messages]
                filled = prepare_messages(plain, row["images"])
                same("pictures by TRL", sum(
                    part.get("image") is not None for m in filled for part in m["content"]), places)
            if name == "chains":
                check_chain("trl", messages, ours.chains[row["id"]], question)
            else:
                check_truth("truth", row["answer"], ours.truth(question, view))
            count += 1
        same("rows", len(table), len(ours.chains if name == "chains" else ours.questions))
    return f"{count} rows by {by}"


def verl(work):
    count, by = 0, None
    for name in ("questions", "chains"):
        ours, export = Dataset(work / name / "datasets" / name), work / f"{name}-verl"
        table = rows(export)
        key = "messages" if name == "chains" else "prompt"
        theirs, by = verl_rows(export, table, key)
        for row, (messages, pictures) in zip(table, theirs, strict=True):
            question = ours.questions[re.sub(r"-\d+$", "", row["id"]) if name == "chains" else row["id"]]
            view = check_pictures("verl", export, [i["image"] for i in row["images"]], question)
            same("messages", [text_of(m["content"]) for m in messages], [m["content"] for m in row[key]])
            if pictures:
                same("pictures", len(pictures), len(row["images"]))
                same("size", pictures[0].size, view)
            if name == "chains":
                check_chain("verl", messages, ours.chains[row["id"]], question)
            else:
                check_truth("truth", row["reward_model"]["ground_truth"], ours.truth(question, view))
            count += 1
        same("rows", len(table), len(ours.chains if name == "chains" else ours.questions))
    return f"{count} rows by {by}"


def verl_rows(export, table, key):
    """Messages and pictures of every row as verl's own datasets make them: RLHFDataset reads our JSON
    Lines, MultiTurnSFTDataset the Parquet that `datasets` makes of them."""
    try:
        verl, _ = need("verl", "qwen_vl_utils")
    except Skipped as skipped:
        return [(row[key], []) for row in table], f"datasets alone ({skipped})"
    from types import SimpleNamespace

    from omegaconf import OmegaConf
    from transformers import AutoTokenizer
    from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset
    from verl.utils.dataset.rl_dataset import RLHFDataset

    os.chdir(export)  # the paths of pictures begin there
    config = OmegaConf.create({"filter_overlong_prompts": False, "cache_dir": "../cache"})
    processor = SimpleNamespace(image_processor=SimpleNamespace(patch_size=14))
    if key == "prompt":
        data = RLHFDataset(sorted(glob.glob("*.jsonl")), None, config, processor)
        prompts = [row["raw_prompt"] for row in data]
        pictures = [RLHFDataset._process_multi_modal_info(prompt, 14, config)[0] for prompt in prompts]
        return list(zip(prompts, pictures)), f"verl {verl.__version__}'s own datasets"
    table.to_parquet("../chains.parquet")
    tokenizer = AutoTokenizer.from_pretrained(ROOT / "Sources/VisionLanguage/Bundled")
    data = MultiTurnSFTDataset("../chains.parquet", tokenizer, config, processor)
    dialogues = [data._build_messages(row) for row in data.dataframe.to_dict("records")]
    pictures = [[part["image"] for message in dialogue for part in message["content"]
                 if part["type"] == "image"] for dialogue in dialogues]
    return list(zip(dialogues, pictures)), f"verl {verl.__version__}'s own datasets"


def easyr1(work):
    """EasyR1 is on no package index: datasets, its keys, and its process_image written again."""
    datasets = need("datasets")
    ours, export = Dataset(work / "questions/datasets/questions"), work / "questions-easyr1"
    table = rows(export)
    from PIL import Image

    for row in table:
        question = ours.questions[row["id"]]
        view = check_pictures("easyr1", export, row["images"], question)
        with Image.open(export / row["images"][0]) as picture:
            same("size", smart_resize(*scaled(*picture.size), *PROCESSOR), view)
        same("places of pictures", len(row["problem"].split("<image>")) - 1, len(row["images"]))
        check_truth("truth", row["answer"], ours.truth(question, view))
    same("rows", len(table), len(ours.questions))
    return f"{len(table)} rows by datasets {datasets.__version__}; EasyR1 itself is on no package index"


def llama_factory(work):
    count, by = 0, None
    for name in ("questions", "chains"):
        ours, export = Dataset(work / name / "datasets" / name), work / f"{name}-llama-factory"
        info = json.loads((export / "dataset_info.json").read_text())
        total = 0
        for entry, description in info.items():
            table, by = llama_factory_rows(export, entry, description)
            for row in table:
                identity = row["id"]
                question = ours.questions[re.sub(r"-\d+$", "", identity) if name == "chains" else identity]
                view = check_pictures("llama-factory", export, row["images"], question)
                same("places", sum(m["content"].count("<image>") for m in row["messages"]), len(row["images"]))
                if name == "chains":
                    check_chain("llama-factory", row["messages"], ours.chains[identity], question)
                else:
                    x0, y0, x1, y1 = ours.truth(question, view)
                    (x, y), = points(row["messages"][-1]["content"])
                    if abs((x0 + x1) / 2 - x) > 1 or abs((y0 + y1) / 2 - y) > 1:
                        raise AssertionError(f"({x}, {y}) is not the middle of {(x0, y0, x1, y1)}")
                total += 1
        same("rows", total, len(ours.chains if name == "chains" else ours.questions))
        count += total
    return f"{count} rows by {by}"


def llama_factory_rows(export, entry, description):
    """The rows of one dataset; through llamafactory's own parser and converter where it is there."""
    datasets = need("datasets")
    datasets.disable_progress_bars()
    file = str(export / description["file_name"])
    table = datasets.load_dataset("json", data_files=[file], split="train", cache_dir=str(export / "../cache"))
    try:
        need("llamafactory.data.loader")
    except Skipped as skipped:
        return table, f"datasets {datasets.__version__} and dataset_info.json ({skipped})"
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.hparams import DataArguments, ModelArguments, TrainingArguments

    data_arguments = DataArguments(
        dataset=entry, dataset_dir=str(export), media_dir=str(export), template="qwen2_vl")
    attributes, = get_dataset_list([entry], str(export))
    aligned = _load_single_dataset(
        attributes, ModelArguments(model_name_or_path="none"), data_arguments,
        TrainingArguments(output_dir=str(export / "../none"), do_train=False))
    same("aligned rows", len(aligned), len(table))
    for row, theirs in zip(table, aligned):
        turns = theirs["_prompt"] + theirs["_response"]
        said = [m["content"] for m in row["messages"] if m["role"] != "system"]
        same("turns", [turn["content"] for turn in turns], said)
        same("pictures", [os.path.realpath(p) for p in theirs["_images"]],
             [os.path.realpath(export / p) for p in row["images"]])
    return table, "llamafactory's own loader"


def ms_swift(work):
    count, by = 0, None
    for name in ("questions", "chains"):
        ours, export = Dataset(work / name / "datasets" / name), work / f"{name}-ms-swift"
        table, by = ms_swift_rows(export)
        for row in table:
            question = ours.questions[re.sub(r"-\d+$", "", row["id"]) if name == "chains" else row["id"]]
            view = check_pictures("ms-swift", export, row["images"], question)
            same("places", sum(m["content"].count("<image>") for m in row["messages"]), len(row["images"]))
            if name == "chains":
                check_chain("ms-swift", row["messages"], ours.chains[row["id"]], question)
            else:
                check_truth("truth", row["solution"], ours.truth(question, view))
            count += 1
        same("rows", len(table), len(ours.chains if name == "chains" else ours.questions))
    return f"{count} rows by {by}"


def ms_swift_rows(export):
    datasets = need("datasets")
    table = rows(export)
    try:
        need("swift")
        try:
            from swift.llm import load_dataset
        except ImportError:
            from swift.dataset import load_dataset
    except (Skipped, Exception) as error:
        return table, f"datasets {datasets.__version__} (ms-swift: {str(error)[:80]})"
    files = sorted(map(str, export.glob("*.jsonl")))
    theirs, _ = load_dataset(files, split_dataset_ratio=0, num_proc=1, load_from_cache_file=False)
    same("rows by ms-swift", len(theirs), len(table))
    for row, other in zip(table, theirs):
        same("messages", [m["content"] for m in other["messages"]], [m["content"] for m in row["messages"]])
        same("pictures", len(other["images"]), len(row["images"]))
    return table, "ms-swift's own load_dataset"


CHECKS = {
    "shards": shards, "webdataset": webdataset, "mds": mds, "trl": trl, "verl": verl,
    "easyr1": easyr1, "llama-factory": llama_factory, "ms-swift": ms_swift,
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("checks", nargs="+", choices=["prepare", *CHECKS])
    arguments.add_argument("--work", type=Path, default=ROOT / ".parity")
    arguments.add_argument("--scanpath", default=str(ROOT / ".build/release/scanpath"))
    arguments = arguments.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    failed = False
    for name in arguments.checks:
        try:
            if name == "prepare":
                said = prepare(arguments.work, arguments.scanpath)
            else:
                said = CHECKS[name](arguments.work)
            print(f"{name}: {said}", flush=True)
        except Skipped as skipped:
            print(f"{name}: skipped: {skipped}", flush=True)
        except (AssertionError, Exception) as error:
            failed = True
            print(f"{name}: DIFFERS: {type(error).__name__}: {error}", flush=True)
            if isinstance(error, subprocess.CalledProcessError):
                print(error.stderr.decode()[-2000:])
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
