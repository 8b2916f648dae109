"""Trains the built-in model on one CUDA GPU and writes a Hugging Face directory.

usage: train.py CORPUS OUT [--epochs N] [--dropout P] [--seed N]

CORPUS  the folder written by corpus.py
OUT     config, weights (fp16), tokenizer and losses.csv
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import nn

BOS, EOS = "<|bos|>", "<|eos|>"
VOCABULARY, WIDTH, LAYERS, HEADS, KV_HEADS, HEAD, INNER = 4096, 192, 12, 6, 2, 32, 512
POSITIONS, THETA, EPSILON = 1024, 10_000.0, 1e-5
ROWS = 32  # of POSITIONS tokens in a step
MUON_RATE, ADAM_RATE, DECAY, MOMENTUM = 0.02, 0.003, 0.02, 0.95
WARM_UP, COOL_DOWN = 0.01, 0.5  # shares of all steps


def documents(corpus, name):
    return [json.loads(line) for line in (corpus / f"{name}.jsonl").read_text().splitlines()]


def learn_tokenizer(texts):
    """Byte-level byte pairs (Sennrich et al. 2016); a text starts with BOS."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=[BOS, EOS],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A $B", special_tokens=[(BOS, tokenizer.token_to_id(BOS))]
    )
    return tokenizer


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.rms_norm(x.float(), (WIDTH,), self.weight, EPSILON)


def linear(inputs, outputs, scale):
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.normal_(layer.weight, std=scale)
    return layer


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), dim=-1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        scale = 0.6 / math.sqrt(WIDTH)
        self.q_proj = linear(WIDTH, HEADS * HEAD, scale)
        self.k_proj = linear(WIDTH, KV_HEADS * HEAD, scale)
        self.v_proj = linear(WIDTH, KV_HEADS * HEAD, scale)
        # Blocks start as the identity, which lets a deep narrow model learn from its first step.
        self.o_proj = linear(HEADS * HEAD, WIDTH, 0.0)

    def forward(self, x, cos, sin):
        rows, length, _ = x.shape
        q, k, v = (
            part.view(rows, length, -1, HEAD).transpose(1, 2)
            for part in (self.q_proj(x), self.k_proj(x), self.v_proj(x))
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k.to(q.dtype), v.to(q.dtype), is_causal=True, enable_gqa=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(rows, length, HEADS * HEAD))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        scale = 0.6 / math.sqrt(WIDTH)
        self.gate_proj = linear(WIDTH, INNER, scale)
        self.up_proj = linear(WIDTH, INNER, scale)
        self.down_proj = linear(INNER, WIDTH, 0.0)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.input_layernorm, self.self_attn = Norm(), Attention()
        self.post_attention_layernorm, self.mlp = Norm(), Mlp()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, cos, sin):
        x = x + self.dropout(self.self_attn(self.input_layernorm(x), cos, sin))
        return x + self.dropout(self.mlp(self.post_attention_layernorm(x)))


class Decoder(nn.Module):
    """A Llama with tied embeddings; parameters have their Hugging Face names behind `model.`."""

    def __init__(self, dropout):
        super().__init__()
        self.embed_tokens = nn.Embedding(VOCABULARY, WIDTH)
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        self.layers = nn.ModuleList(Block(dropout) for _ in range(LAYERS))
        self.norm = Norm()
        angles = torch.arange(POSITIONS)[:, None] * THETA ** (-torch.arange(0, HEAD, 2) / HEAD)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def forward(self, ids):
        x = self.embed_tokens(ids)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, cos, sin)
        return F.linear(self.norm(x), self.embed_tokens.weight)

    def loss(self, ids, targets):
        """Mean negative log likelihood in nats a token."""
        return F.cross_entropy(self(ids).float().flatten(0, 1), targets.flatten())


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised by five Newton-Schulz steps (Jordan 2024), for a block's matrices."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            same_shape = {}
            for p in group["params"]:
                same_shape.setdefault(p.shape, []).append(p)
            for (rows, columns), ps in same_shape.items():
                updates = []
                for p in ps:
                    m = self.state[p].setdefault("momentum", torch.zeros_like(p))
                    m.lerp_(p.grad, 1 - MOMENTUM)
                    updates.append(p.grad.lerp(m, MOMENTUM))
                rate = group["lr"] * math.sqrt(max(1.0, rows / columns))
                for p, update in zip(ps, orthogonal(torch.stack(updates))):
                    p.mul_(1 - group["lr"] * DECAY).sub_(update, alpha=rate)


def orthogonal(matrices):
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.mT if tall else x


def batches(encoded, rng):
    """One epoch: the shuffled documents, one behind the other, cut into rows."""
    order = list(range(len(encoded)))
    rng.shuffle(order)
    stream = torch.tensor([token for i in order for token in encoded[i]])
    rows = stream[: (len(stream) - 1) // POSITIONS * POSITIONS].view(-1, POSITIONS)
    targets = stream[1 : rows.numel() + 1].view(-1, POSITIONS)
    for at in range(0, len(rows) - ROWS + 1, ROWS):
        yield rows[at : at + ROWS].cuda(), targets[at : at + ROWS].cuda()


def validate(decoder, encoded):
    """Loss in nats a token, every document by itself."""
    decoder.eval()
    total = count = 0
    ordered = sorted((torch.tensor(tokens[: POSITIONS + 1]) for tokens in encoded), key=len)
    with torch.no_grad():
        for at in range(0, len(ordered), ROWS):
            part = ordered[at : at + ROWS]
            ids = nn.utils.rnn.pad_sequence([t[:-1] for t in part], batch_first=True).cuda()
            targets = nn.utils.rnn.pad_sequence([t[1:] for t in part], batch_first=True, padding_value=-100).cuda()
            size = sum(len(t) - 1 for t in part)
            total += decoder.loss(ids, targets).item() * size
            count += size
    decoder.train()
    return total / count


def sample(decoder, tokenizer, prompt, temperature=0.6):
    decoder.eval()
    ids = tokenizer.encode(prompt).ids
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        while len(ids) < 100 and ids[-1] != tokenizer.token_to_id(EOS):
            logits = decoder(torch.tensor([ids]).cuda())[0, -1].float().cpu()
            ids.append(torch.multinomial((logits / temperature).softmax(0), 1, generator=generator).item())
    decoder.train()
    return tokenizer.decode(ids)


def write(out, decoder, tokenizer):
    weights = {f"model.{name}": p.detach().half().cpu().contiguous() for name, p in decoder.named_parameters()}
    save_file(weights, out / "model.safetensors", {"format": "pt"})
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    ids = {"bos_token_id": tokenizer.token_to_id(BOS), "eos_token_id": tokenizer.token_to_id(EOS)}
    config = {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        **ids,
        "head_dim": HEAD,
        "hidden_act": "silu",
        "hidden_size": WIDTH,
        "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "num_key_value_heads": KV_HEADS,
        "rms_norm_eps": EPSILON,
        "rope_theta": THETA,
        "tie_word_embeddings": True,
        "torch_dtype": "float16",
        "vocab_size": VOCABULARY,
    }
    generation = {**ids, "do_sample": True, "temperature": 0.7, "top_k": 40, "top_p": 0.95}
    reading = {
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": BOS,
        "clean_up_tokenization_spaces": False,
        "eos_token": EOS,
        "model_max_length": POSITIONS,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    for name, values in (("config", config), ("generation_config", generation), ("tokenizer_config", reading)):
        (out / f"{name}.json").write_text(json.dumps(values, indent=2) + "\n")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--epochs", type=int, default=40)
    arguments.add_argument("--dropout", type=float, default=0.15)
    arguments.add_argument("--seed", type=int, default=20261122)
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_float32_matmul_precision("high")

    texts = documents(options.corpus, "train")
    tokenizer = learn_tokenizer(texts)
    encoded, held = (
        [encoding.ids + [tokenizer.token_to_id(EOS)] for encoding in tokenizer.encode_batch(part)]
        for part in (texts, documents(options.corpus, "valid"))
    )
    decoder = Decoder(options.dropout).cuda()
    matrices = [p for name, p in decoder.named_parameters() if "_proj" in name]
    others = [p for name, p in decoder.named_parameters() if "_proj" not in name]
    optimizers = [
        Muon(matrices, lr=MUON_RATE),
        torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=DECAY, fused=True),
    ]
    rates = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    tokens = sum(map(len, encoded))
    steps = options.epochs * (tokens // (ROWS * POSITIONS))
    print(
        f"{sum(p.numel() for p in decoder.parameters())} parameters, {tokens} / {sum(map(len, held))} tokens,"
        f" {steps} steps, epochs {options.epochs}, dropout {options.dropout}",
        flush=True,
    )

    train_loss = torch.compile(decoder.loss)
    rng = random.Random(options.seed)
    start, step, lines = time.time(), 0, ["step,seconds,training,validation"]
    for epoch in range(options.epochs):
        losses = []
        for ids, targets in batches(encoded, rng):
            step += 1
            scale = min(1, step / (WARM_UP * steps), max(0, steps - step) / (COOL_DOWN * steps))
            for optimizer, rate in zip(optimizers, rates):
                optimizer.param_groups[0]["lr"] = rate * scale
            with torch.autocast("cuda", torch.bfloat16):
                loss = train_loss(ids, targets)
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
            losses.append(loss.detach())
        seconds, training = time.time() - start, torch.stack(losses).mean().item()
        if epoch % 2 or epoch + 1 == options.epochs:
            lines.append(f"{step},{seconds:.0f},{training:.4f},{validate(decoder, held):.4f}")
            print(lines[-1], flush=True)
            (options.out / "losses.csv").write_text("\n".join(lines) + "\n")
            write(options.out, decoder, tokenizer)
    for prompt in ("In the beginning", "hacker:", "Fellow-citizens of the Senate", "The whale", "river:"):
        print("  >", sample(decoder, tokenizer, prompt), flush=True)


if __name__ == "__main__":
    main()
