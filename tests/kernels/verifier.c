/* SPDX-License-Identifier: MIT */
/*
 * Loads a BPF object and prints how the verifier of this kernel judged each program: a line
 *
 *     <program> <instructions> <stack> <deepest chain of calls>
 *
 * <instructions>: that the verifier examined; the kernel's limit is 1,000,000 a program.
 * <stack>: octets of the deepest chain of calls, counted as Linux counted until 6.8: each frame is rounded up to 32.
 * The limit is 512.
 *
 * Exit code 1: the kernel refused a program; the end of the verifier's output is on stderr.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_STATS 4 /* BPF_LOG_STATS: no log but the figures at its end */
#define LOG_SIZE (1 << 20)
#define MAX_FRAMES 256
#define TAIL 2000

struct frames {
	int count;
	int start[MAX_FRAMES]; /* first instruction, ascending */
	int depth[MAX_FRAMES]; /* octets, as the verifier prints them, in the same order */
};

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

static int is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* The address of a callback. */
static int is_callback(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg == BPF_PSEUDO_FUNC;
}

static int frame_at(struct frames *frames, int start)
{
	int i;

	for (i = 0; i < frames->count && frames->start[i] < start; i++)
		;
	return i;
}

static void add_frame(struct frames *frames, int start)
{
	int i = frame_at(frames, start);

	if (i < frames->count && frames->start[i] == start)
		return;
	if (frames->count == MAX_FRAMES) {
		fprintf(stderr, "verifier: more than %d functions\n", MAX_FRAMES);
		exit(1);
	}
	memmove(&frames->start[i + 1], &frames->start[i], (frames->count - i) * sizeof(int));
	frames->start[i] = start;
	frames->count++;
}

static int rounded(int depth)
{
	return ((depth ? depth : 1) + 31) / 32 * 32;
}

/* The deepest chain from a frame on; BPF knows no recursion. `chain` gets its frames' sizes as text. */
static int deepest(const struct frames *frames, const struct bpf_insn *insns, int count, int frame, char *chain,
		   size_t size)
{
	int end = frame + 1 < frames->count ? frames->start[frame + 1] : count, most = 0;
	char below[256] = "", best[256] = "";

	for (int i = frames->start[frame]; i < end; i++) {
		int stack;

		if (!is_call(&insns[i]) && !is_callback(&insns[i]))
			continue;
		stack = deepest(frames, insns, count, frame_at((struct frames *)frames, i + 1 + insns[i].imm), below,
				sizeof(below));
		if (stack > most) {
			most = stack;
			strcpy(best, below);
		}
	}
	snprintf(chain, size, "%d%s%s", frames->depth[frame], *best ? "+" : "", best);
	return most + rounded(frames->depth[frame]);
}

/*
 * Linux 7 prints a line for each function, "subprog 1 (name) ... stack 40"; earlier kernels print one line for all,
 * "stack depth 224+40+0".
 */
static int read_depths(const char *log, struct frames *frames)
{
	const char *at = strstr(log, "stack depth "), *line = strstr(log, "subprog 0 ");

	if (!at)
		return 0;
	at += strlen("stack depth ");
	for (int i = 0; i < frames->count; i++) {
		char *end;

		if (line) {
			at = strstr(line, " stack ");
			if (!at)
				return 0;
			line = at += strlen(" stack ");
		}
		frames->depth[i] = strtol(at, &end, 10);
		if (end == at)
			return 0;
		at = *end == '+' ? end + 1 : end;
	}
	return 1;
}

static int report(const struct bpf_program *program, const char *log)
{
	const char *processed = strstr(log, "processed ");
	const struct bpf_insn *insns = bpf_program__insns(program);
	int count = bpf_program__insn_cnt(program);
	struct frames frames = {};
	char chain[256];
	int stack;

	add_frame(&frames, 0);
	for (int i = 0; i < count; i++)
		if (is_call(&insns[i]) || is_callback(&insns[i]))
			add_frame(&frames, i + 1 + insns[i].imm);
	if (!processed || !read_depths(log, &frames)) {
		fprintf(stderr, "verifier: %s has %d functions; of them the kernel says\n%s\n",
			bpf_program__name(program), frames.count, log);
		return 1;
	}
	stack = deepest(&frames, insns, count, 0, chain, sizeof(chain));
	printf("%s %d %d %s\n", bpf_program__name(program), atoi(processed + strlen("processed ")), stack, chain);
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_object *object;
	int failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: verifier OBJECT\n");
		return 2;
	}
	libbpf_set_print(quiet);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return 1;
	bpf_object__for_each_program (program, object) {
		bpf_program__set_log_level(program, LOG_STATS);
		bpf_program__set_log_buf(program, calloc(1, LOG_SIZE), LOG_SIZE);
	}
	if (bpf_object__load(object))
		failed = 1;
	bpf_object__for_each_program (program, object) {
		size_t size;
		const char *log = bpf_program__log_buf(program, &size), *end = log + strlen(log);

		if (failed && *log && !strstr(log, "stack depth "))
			fprintf(stderr, "%s: %s\n", bpf_program__name(program), end - log > TAIL ? end - TAIL : log);
		else if (*log)
			failed |= report(program, log);
	}
	return failed;
}
