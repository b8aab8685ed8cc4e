"""Writes small language models with random weights, as the exporters of other people's models write them.

For the tests of engines: that they load what is out there, unchanged. Needs the environment of `make train`.

Usage: python models/layouts/make.py FOLDER
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["<|pad|>", "<|s|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
TEXT = ["The network asks a miner, the miner asks its model. What is it? It is a small one."] * 20
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Sizes that all have in common; a wide spread of weights makes their answers depend on every layer.
COMMON: dict[str, object] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "initializer_range": 0.5,
}
# As optimum writes them: names, dynamic axes, no hidden states among the outputs, and a cache that is handed on.
GPT2 = {"n_positions": 128, "n_embd": 16, "n_layer": 2, "n_head": 2, "initializer_range": 0.5}

BERT = {
    "hidden_size": 24,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 64,
    "initializer_range": 0.5,
}
T5 = {
    "d_model": 12,
    "d_kv": 6,
    "d_ff": 24,
    "num_layers": 1,
    "num_decoder_layers": 1,
    "num_heads": 2,
    "feed_forward_proj": "gated-gelu",  # flan-t5's
    "tie_word_embeddings": False,
    "decoder_start_token_id": 0,
    "initializer_factor": 2.0,
}
SENTENCE = "The miner asks a small model."

LAYOUTS: dict[str, tuple[str, dict[str, object]]] = {
    "llama": ("Llama", {"head_dim": 16, "tie_word_embeddings": True}),
    "mistral": ("Mistral", {"head_dim": 16, "sliding_window": None}),
    "qwen2": ("Qwen2", {}),
    "qwen3": ("Qwen3", {"head_dim": 16}),
    "phi3": ("Phi3", {"original_max_position_embeddings": 128}),
    "gemma2": ("Gemma2", {"head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 16}),
}


def tokenizer() -> transformers.PreTrainedTokenizerFast:
    """Return a byte-pair tokenizer of some three hundred tokens."""
    found = Tokenizer(models.BPE())
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    found.train_from_iterator(
        TEXT,
        trainers.BpeTrainer(vocab_size=300, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False),
    )
    marks = dict(zip(("pad_token", "bos_token", "eos_token"), SPECIAL, strict=False))
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=found, **marks)
    fast.chat_template = TEMPLATE
    return fast


class Cached(torch.nn.Module):
    """A network whose cache is among its inputs and outputs, tensor by tensor."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, position_ids: torch.Tensor, *past: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Return logits and the cache with these tokens."""
        pairs = list(zip(past[::2], past[1::2], strict=True))
        found = self.network(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=transformers.DynamicCache(pairs),
            use_cache=True,
        )
        return (found.logits, *(tensor for layer in found.past_key_values for tensor in layer[:2]))


def make_gpt2(folder: Path) -> None:
    """Write GPT-2 in ``folder``, as optimum does."""
    folder.mkdir(parents=True)
    words = tokenizer()
    torch.manual_seed(len("gpt2"))
    config = transformers.GPT2Config(vocab_size=len(words) + 4, attn_implementation="eager", **GPT2)
    network = transformers.GPT2LMHeadModel(config).eval()
    words.backend_tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    pasts = [f"past_key_values.{layer}.{part}" for layer in range(config.n_layer) for part in ("key", "value")]
    presents = [name.replace("past_key_values", "present") for name in pasts]
    tokens = {0: "batch_size", 1: "sequence_length"}
    total = "past_sequence_length + sequence_length"
    axes = {
        "input_ids": tokens,
        "attention_mask": {0: "batch_size", 1: total},
        "position_ids": tokens,
        "logits": tokens,
        **{name: {0: "batch_size", 2: "past_sequence_length"} for name in pasts},
        **{name: {0: "batch_size", 2: total} for name in presents},
    }
    past = [torch.zeros(1, config.n_head, 3, config.n_embd // config.n_head) for _ in pasts]
    example = (torch.ones(1, 4, dtype=torch.long), torch.ones(1, 7, dtype=torch.long), torch.arange(3, 7)[None], *past)
    torch.onnx.export(
        Cached(network).eval(),
        example,
        str(folder / "model.onnx"),
        dynamo=False,
        opset_version=17,
        input_names=["input_ids", "attention_mask", "position_ids", *pasts],
        output_names=["logits", *presents],
        dynamic_axes=axes,
    )
    write_expected(network, folder)


class Encoder(torch.nn.Module):
    """A network that shows its last hidden states alone."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return float32 [batch, tokens, features]."""
        found = self.network(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        states: torch.Tensor = found.last_hidden_state
        return states


def make_bert(folder: Path) -> None:
    """Write BERT in ``folder``, as optimum does, and what it makes of a sentence."""
    folder.mkdir(parents=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = Tokenizer(models.WordPiece(unk_token=special[1]))
    words.normalizer = normalizers.BertNormalizer()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(TEXT, trainers.WordPieceTrainer(vocab_size=120, special_tokens=special))
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, special.index(name)) for name in ("[CLS]", "[SEP]")]
    )
    words.save(str(folder / "tokenizer.json"))
    torch.manual_seed(len("bert"))
    config = transformers.BertConfig(vocab_size=words.get_vocab_size(), attn_implementation="eager", **BERT)
    network = transformers.BertModel(config, add_pooling_layer=False).eval()
    axes = {0: "batch_size", 1: "sequence_length"}
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        Encoder(network).eval(),
        tuple(torch.ones(1, 4, dtype=torch.long) for _ in inputs),
        str(folder / "model.onnx"),
        dynamo=False,
        opset_version=17,
        input_names=inputs,
        output_names=["last_hidden_state"],
        dynamic_axes=dict.fromkeys((*inputs, "last_hidden_state"), axes),
    )
    ids = torch.tensor([words.encode(SENTENCE).ids])
    with torch.no_grad():
        mean = network(ids).last_hidden_state[0].mean(dim=0)
    vector = [round(float(x), 6) for x in mean / mean.norm()]
    (folder / "expected.json").write_text(json.dumps({"text": SENTENCE, "vector": vector}) + "\n")


class Writer(torch.nn.Module):
    """A network's decoder: for an answer's first tokens, or, where it takes caches, for those after them."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        encoder_attention_mask: torch.Tensor,
        input_ids: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        *past: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        """Return logits and the caches; of caches that are given, those that have grown."""
        caches = None
        if past:
            halves = ([past[at : at + 2] for at in range(first, len(past), 4)] for first in (0, 2))
            caches = transformers.EncoderDecoderCache(*(transformers.DynamicCache(half) for half in halves))
        found = self.network(
            decoder_input_ids=input_ids,
            attention_mask=encoder_attention_mask,
            encoder_outputs=transformers.modeling_outputs.BaseModelOutput(last_hidden_state=encoder_hidden_states),
            past_key_values=caches,
            use_cache=True,
        )
        own, cross = found.past_key_values.self_attention_cache, found.past_key_values.cross_attention_cache
        layers = zip(own.layers) if past else zip(own.layers, cross.layers, strict=True)
        return (found.logits, *(tensor for pair in layers for one in pair for tensor in (one.keys, one.values)))


class Source(torch.nn.Module):
    """A network's encoder."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network.encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return float32 [batch, tokens, features]."""
        states: torch.Tensor = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states


def make_t5(folder: Path) -> None:
    """Write T5 in ``folder``, as optimum does: an encoder, and decoders for an answer's first tokens and the others."""
    folder.mkdir(parents=True)
    words = tokenizer().backend_tokenizer
    words.post_processor = processors.TemplateProcessing(single="$A <|end|>", special_tokens=[("<|end|>", 2)])
    words.save(str(folder / "tokenizer.json"))
    torch.manual_seed(len("t5"))
    network = transformers.T5ForConditionalGeneration(transformers.T5Config(vocab_size=words.get_vocab_size(), **T5))
    network.eval()
    source, target = {0: "batch_size", 1: "encoder_sequence_length"}, {0: "batch_size", 1: "decoder_sequence_length"}
    ones, states = torch.ones(1, 5, dtype=torch.long), torch.zeros(1, 5, T5["d_model"])
    inputs = ["input_ids", "attention_mask"]
    settings = {"dynamo": False, "opset_version": 17}
    torch.onnx.export(
        Source(network).eval(),
        (ones, ones),
        str(folder / "encoder_model.onnx"),
        input_names=inputs,
        output_names=["last_hidden_state"],
        dynamic_axes=dict.fromkeys((*inputs, "last_hidden_state"), source),
        **settings,
    )
    presents = [f"present.0.{part}.{kind}" for part in ("decoder", "encoder") for kind in ("key", "value")]
    pasts = [name.replace("present", "past_key_values") for name in presents]
    told = ["encoder_attention_mask", "input_ids", "encoder_hidden_states"]
    lengths = [{0: "batch_size", 2: axes[1]} for axes in (target, target, source, source)]
    known = [{0: "batch_size", 2: name} for name in ("past_decoder_sequence_length", "encoder_sequence_length")]
    axes = {told[0]: source, told[1]: target, told[2]: source, "logits": target}
    caches = [torch.zeros(1, T5["num_heads"], length, T5["d_kv"]) for length in (3, 3, 5, 5)]
    for name, tokens, given, shown in (("decoder_model", 3, 0, 4), ("decoder_with_past_model", 1, 4, 2)):
        torch.onnx.export(
            Writer(network).eval(),
            (ones, torch.ones(1, tokens, dtype=torch.long), states, *caches[:given]),
            str(folder / f"{name}.onnx"),
            input_names=[*told, *pasts[:given]],
            output_names=["logits", *presents[:shown]],
            dynamic_axes={
                **axes,
                **dict(zip(presents[:shown], lengths, strict=False)),
                **dict(zip(pasts[:given], [known[0]] * 2 + [known[1]] * 2, strict=False)),
            },
            **settings,
        )
    graphs = (onnx.load(folder / f"{name}.onnx") for name in ("decoder_model", "decoder_with_past_model"))
    onnx.save(merged(*graphs), folder / "decoder_model_merged.onnx")
    ids = torch.tensor([words.encode(SENTENCE).ids])
    with torch.no_grad():
        logits = network(input_ids=ids, decoder_input_ids=torch.tensor([[0, 7, 9, 30]])).logits[0, -1, :8]
        answer = network.generate(ids, max_new_tokens=12, min_new_tokens=12, do_sample=False)[0, 1:]
    expected = {"text": SENTENCE, "answer": [7, 9, 30], "logits": [round(float(x), 5) for x in logits]}
    (folder / "expected.json").write_text(json.dumps(expected | {"greedy": answer.tolist()}) + "\n")


def merged(first: onnx.ModelProto, then: onnx.ModelProto) -> onnx.ModelProto:
    """Return one graph that branches to either, as optimum's merge_decoders writes it."""
    for at, output in enumerate(first.graph.output):
        if output.name not in {other.name for other in then.graph.output}:
            sizes = [dim.dim_value or 1 for dim in output.type.tensor_type.shape.dim]
            empty = onnx.helper.make_tensor("const_tensor", onnx.TensorProto.FLOAT, [0, *sizes[1:]], [])
            then.graph.node.append(onnx.helper.make_node("Constant", [], [output.name], value=empty))
            then.graph.output.insert(at, output)
    shared: dict[bytes, onnx.TensorProto] = {}
    branches = []
    for model, name in ((then, "with_past"), (first, "no_past")):
        own = [tensor for tensor in model.graph.initializer if len(tensor.dims) == 0]
        for tensor in model.graph.initializer:
            if len(tensor.dims) > 0:  # one name for what is alike in both, whatever it is called in either
                content = onnx.TensorProto(dims=tensor.dims, data_type=tensor.data_type, raw_data=tensor.raw_data)
                kept = shared.setdefault(content.SerializeToString(), content)
                kept.name = kept.name or f"{tensor.name}_merged_{len(shared)}"
                for node in model.graph.node:
                    node.input[:] = [kept.name if given == tensor.name else given for given in node.input]
        branches.append(onnx.helper.make_graph(model.graph.node, name, [], model.graph.output, own))
    outputs = first.graph.output
    choice = onnx.helper.make_node(
        "If",
        ["use_cache_branch"],
        [output.name for output in outputs],
        name="optimum::if",
        then_branch=branches[0],
        else_branch=branches[1],
    )
    inputs = {value.name: value for model in (then, first) for value in model.graph.input}
    flag = onnx.helper.make_tensor_value_info("use_cache_branch", onnx.TensorProto.BOOL, [1])
    graph = onnx.helper.make_graph([choice], "merged", [*inputs.values(), flag], outputs, list(shared.values()))
    return onnx.helper.make_model(graph, opset_imports=first.opset_import, ir_version=9)


def write_expected(network: torch.nn.Module, folder: Path) -> None:
    """Write down what the network itself computes."""
    with torch.no_grad():
        logits = network.eval()(torch.tensor([list(range(5, 25))])).logits[0, -1, :8]
    (folder / "expected.json").write_text(json.dumps({"logits": [round(float(x), 5) for x in logits]}) + "\n")


def make(name: str, folder: Path) -> None:
    """Write one model in ``folder``: with onnxruntime-genai's builder, or as optimum does."""
    others = {"bert": make_bert, "gpt2": make_gpt2, "t5": make_t5}
    if name in others:
        others[name](folder)
        return
    kind, sizes = LAYOUTS[name]
    words = tokenizer()
    torch.manual_seed(len(name))
    config = getattr(transformers, f"{kind}Config")(**{**COMMON, "vocab_size": len(words) + 4, **sizes})
    network = getattr(transformers, f"{kind}ForCausalLM")(config).eval()
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "hf"
        network.save_pretrained(source)
        words.save_pretrained(source)
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-m", str(source), "-o", str(folder)]
        builder += ["-p", "fp32", "-e", "cpu", "-c", scratch, "--extra_options", "include_hidden_states=true"]
        subprocess.run(builder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for unused in ("tokenizer_config.json", "special_tokens_map.json"):
        (folder / unused).unlink(missing_ok=True)
    write_expected(network, folder)


def main() -> None:
    """Write all layouts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=[*LAYOUTS, "gpt2", "bert", "t5"])
    args = parser.parse_args()
    for name in args.names:
        shutil.rmtree(args.folder / name, ignore_errors=True)
        make(name, args.folder / name)
        print(name, sum(file.stat().st_size for file in (args.folder / name).iterdir()), "bytes")


if __name__ == "__main__":
    main()
