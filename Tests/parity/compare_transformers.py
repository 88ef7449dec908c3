#!/usr/bin/env python3
"""Compares `scanpath model logits` and `model generate` with transformers, on real pictures.

Both read the same Qwen2.5-VL folder. transformers runs it as Qwen2_5_VLForConditionalGeneration in
f32 with eager attention; pictures go through its Pillow image processor, and ids come from its own
tokenizer. Checked on every picture: ids, grids and position ids are equal; the logits of all
positions agree to 1e-3; the 20 most probable ids carry the same log-probabilities; and the greedy
answer is the same, id for id. Picture and vision ids are banned on both sides while generating.

Prints one line a picture and a summary; ends with 1 if anything differs.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy
import torch
import transformers
from PIL import Image
from transformers import AutoConfig, AutoTokenizer, Qwen2_5_VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

ROOT = Path(__file__).resolve().parents[2]
PLACE = "<|vision_start|><|image_pad|><|vision_end|>"
LOGITS_WITHIN = 1e-3


def pictures(folder, count=20):
    """Files made from `samples/`: shapes, pages, icons on pages; PNG and JPEG, alpha, odd sizes."""
    made = []

    def save(name, picture, **options):
        path = folder / name
        picture.save(path, **options)
        made.append(path)

    with tarfile.open(ROOT / "samples/easy-vqa.tar.gz") as archive:
        members = sorted(m.name for m in archive if m.name.endswith(".png"))
        for index, name in enumerate(members[:: len(members) // 6][:6]):
            save(f"shape-{index}.png", Image.open(archive.extractfile(name)).convert("RGB"))
    icons = sorted((ROOT / "samples/icons").glob("*.png"))
    with zipfile.ZipFile(ROOT / "samples/screens.zip") as archive:
        members = sorted(n for n in archive.namelist() if n.endswith(".png"))
        chosen = members[:: len(members) // 12][:12]
        for index, name in enumerate(chosen):
            page = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
            # Every page in another shape, with three icons on it.
            page = page.crop((40 * index, 20 * index, 1120 - 31 * index, 840 - 17 * index))
            for place in range(3):
                icon = Image.open(icons[(5 * index + place) % len(icons)]).convert("RGBA")
                page.paste(icon, (90 + 170 * place, 60 + 110 * place + 7 * index), icon)
            if index % 3 == 0:
                save(f"page-{index}.jpg", page, quality=88)
            else:
                save(f"page-{index}.png", page)
    for index in range(2):
        icon = Image.open(icons[11 * index]).convert("RGBA")
        save(f"icon-{index}.png", Image.alpha_composite(Image.new("RGBA", icon.size, "white"), icon))
    assert len(made) == count, f"{len(made)} pictures"
    return made


def prompts(paths, folder):
    """A prompt and its pictures, one for every path; every fifth has two pictures."""
    template = AutoTokenizer.from_pretrained(folder)
    questions = [
        "Which icon is on the red badge?\nOptions: key, house, sun",
        "Where is the house icon?",
        "what shape is in the image?",
        "Is the red badge left of or right of the blue badge?\nOptions: left, right",
    ]
    for index, path in enumerate(paths):
        mine = [path, paths[(index + 7) % len(paths)]] if index % 5 == 4 else [path]
        parts = [{"type": "image"} for _ in mine]
        parts.append({"type": "text", "text": questions[index % len(questions)]})
        message = [{"role": "user", "content": parts}]
        text = template.apply_chat_template(message, add_generation_prompt=True, tokenize=False)
        assert text.count(PLACE) == len(mine), text
        yield text, mine


class Peer:
    """The folder as transformers runs it."""

    def __init__(self, folder):
        config = AutoConfig.from_pretrained(folder)
        assert config.model_type == "qwen2_5_vl", config.model_type
        self.model = Qwen2_5_VLForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.processor = Qwen2VLImageProcessorPil.from_pretrained(folder)
        config = self.model.config
        self.image = config.image_token_id
        self.banned = [
            [id]
            for id in (
                config.image_token_id,
                config.video_token_id,
                config.vision_start_token_id,
                config.vision_end_token_id,
            )
        ]

    def inputs(self, text, paths):
        batch = self.processor([Image.open(path) for path in paths], return_tensors="pt")
        grids = batch["image_grid_thw"]
        counts = (grids.prod(dim=1) // self.processor.merge_size**2).tolist()
        ids = []
        for id in self.tokenizer(text)["input_ids"]:
            ids += [id] * counts.pop(0) if id == self.image else [id]
        ids = torch.tensor([ids])
        return {
            "input_ids": ids,
            "pixel_values": batch["pixel_values"],
            "image_grid_thw": grids,
            # Without it transformers 5 falls back to one-dimensional positions without a word.
            "mm_token_type_ids": (ids == self.image).int(),
        }

    @torch.no_grad()
    def logits(self, inputs):
        self.model.model.rope_deltas = None
        positions, _ = self.model.model.get_rope_index(
            inputs["input_ids"],
            mm_token_type_ids=inputs["mm_token_type_ids"],
            image_grid_thw=inputs["image_grid_thw"],
        )
        return positions[:, 0], self.model(**inputs).logits[0]

    @torch.no_grad()
    def greedy(self, inputs, tokens):
        self.model.model.rope_deltas = None
        ids = self.model.generate(
            **inputs,
            max_new_tokens=tokens,
            do_sample=False,
            repetition_penalty=1.0,
            bad_words_ids=self.banned,
        )
        return ids[0, inputs["input_ids"].shape[1] :].tolist()


def scanpath(binary, verb, folder, text, paths, *more):
    command = [binary, "model", verb, "--model", folder, "--prompt", text, "--json", *more]
    command += ["--image", *map(str, paths)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def agrees(logs, best):
    """Whether ids and values of `best` are the most probable of a row; near ties may swap."""
    ids = torch.tensor([int(id) for id, _ in best])
    values = torch.tensor([value for _, value in best], dtype=torch.float64)
    if len(best) != min(20, len(logs)) or len(ids.unique()) != len(ids):
        return False
    distances = (logs[ids] - values, logs.topk(len(best)).values - values)
    return all(distance.abs().max() <= LOGITS_WITHIN for distance in distances)


def compare(peer, binary, folder, text, paths, tokens):
    """What differs, in words, with the largest distance of logits and the greedy ids."""
    inputs = peer.inputs(text, paths)
    positions, logits = peer.logits(inputs)
    mine = scanpath(binary, "logits", folder, text, paths, "--full")
    wrong = []
    if mine["input_ids"] != inputs["input_ids"][0].tolist():
        return ["ids"], float("nan"), []
    if mine["image_grid_thw"] != inputs["image_grid_thw"].tolist():
        wrong.append("grids")
    if mine["position_ids"] != positions.tolist():
        wrong.append("positions")
    found = torch.tensor(numpy.array(mine["logits"], dtype=numpy.float32))
    distance = (found - logits).abs().max().item()
    if not distance <= LOGITS_WITHIN:
        wrong.append("logits")
    moved = sum(
        not agrees(row, mine["top"][index])
        for index, row in enumerate(logits.double().log_softmax(-1))
    )
    if moved or len(mine["top"]) != len(logits):
        wrong.append(f"the most probable of {moved} positions")
    theirs = peer.greedy(inputs, tokens)
    ours = scanpath(
        binary, "generate", folder, text, paths,
        "--max-tokens", str(tokens), "--temperature", "0",
    )  # fmt: skip
    if ours["output_ids"] != theirs:
        wrong.append("greedy ids")
    if ours["text"] != peer.tokenizer.decode(ours["output_ids"], skip_special_tokens=True):
        wrong.append("text")
    return wrong, distance, theirs


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", help="a Qwen2.5-VL model folder, or bundled")
    arguments.add_argument("--scanpath", default=str(ROOT / ".build/release/scanpath"))
    arguments.add_argument("--tokens", type=int, default=64, help="of a greedy answer, at most")
    options = arguments.parse_args()
    if options.folder == "bundled":
        options.folder = str(ROOT / "Sources/VisionLanguage/Bundled")
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    peer = Peer(options.folder)
    failed, largest, generated = 0, 0.0, 0
    with tempfile.TemporaryDirectory() as made:
        paths = pictures(Path(made))
        for text, mine in prompts(paths, options.folder):
            wrong, distance, ids = compare(
                peer, options.scanpath, options.folder, text, mine, options.tokens
            )
            failed += bool(wrong)
            largest = max(largest, distance)
            generated += len(ids)
            names = " + ".join(path.name for path in mine)
            print(f"{names}: {len(ids)} greedy ids, logits within {distance:.2e}"
                  + (f"; DIFFERENT: {', '.join(wrong)}" if wrong else ""))  # fmt: skip
    print(
        f"{len(paths) - failed} of {len(paths)} agree with transformers {transformers.__version__}"
        f" (torch {torch.__version__}): logits within {largest:.2e}, {generated} greedy ids"
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
