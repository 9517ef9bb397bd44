using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>
/// libbpf 1.1, as Debian 12 has it, linked into the shipped binary. Functions and constants keep their native names; a negative return is -errno.
/// </summary>
internal static unsafe partial class Libbpf
{
    private const string Library = "libbpf.so.1";

    internal const int BPF_TC_INGRESS = 1;
    internal const int BPF_TC_EGRESS = 2;
    internal const int BPF_TCX_INGRESS = 46;
    internal const int BPF_TCX_EGRESS = 47;

    /// <summary>linux/bpf.h, Linux 6.6; without a program to be placed before, the first.</summary>
    internal const uint BPF_F_BEFORE = 8;
    internal const uint BPF_F_REPLACE = 4;
    internal const ulong BPF_ANY = 0;
    internal const ulong BPF_NOEXIST = 1;

    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_prog_attach_opts
    {
        internal nuint sz;
        internal uint flags;
        internal int replace_prog_fd;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_prog_query_opts
    {
        internal nuint sz;
        internal uint query_flags;
        internal uint attach_flags;
        internal uint* prog_ids;
        internal uint prog_cnt;
        internal uint* prog_attach_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_test_run_opts
    {
        internal nuint sz;
        internal void* data_in;
        internal void* data_out;
        internal uint data_size_in;
        internal uint data_size_out;
        internal void* ctx_in;
        internal void* ctx_out;
        internal uint ctx_size_in;
        internal uint ctx_size_out;
        internal uint retval;
        internal int repeat;
        internal uint duration;
        internal uint flags;
        internal uint cpu;
        internal uint batch_size;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_prog_info_head
    {
        internal uint type;
        internal uint id;
        internal fixed byte tag[8];
        internal uint jited_prog_len;
        internal uint xlated_prog_len;
        internal ulong jited_prog_insns;
        internal ulong xlated_prog_insns;
        internal ulong load_time;
        internal uint created_by_uid;
        internal uint nr_map_ids;
        internal ulong map_ids;
        internal fixed byte name[16];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct bpf_map_info_head
    {
        internal uint type;
        internal uint id;
        internal uint key_size;
        internal uint value_size;
        internal uint max_entries;
        internal uint map_flags;
        internal fixed byte name[16];
    }

    [LibraryImport(Library)]
    internal static partial nint bpf_object__open_mem(void* buffer, nuint size, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(nint obj);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint obj);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(nint obj, nint map);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_program(nint obj, nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_autoload(nint program, [MarshalAs(UnmanagedType.U1)] bool autoload);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_object__find_program_by_name(nint obj, string name);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library)]
    internal static partial nint bpf_map__name(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__key_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_max_entries(nint map, uint entries);

    [LibraryImport(Library)]
    internal static partial int bpf_map__reuse_fd(nint map, int fd);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(int fd, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(int fd, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(int fd, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(int fd, void* key, void* next);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_batch(int fd, void* inBatch, void* outBatch, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_get(string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_pin(int fd, string path);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_test_run_opts(int fd, bpf_test_run_opts* options);

    /// <param name="target">For tcx, an interface's number.</param>
    [LibraryImport(Library, EntryPoint = "bpf_prog_attach_opts")]
    internal static partial int bpf_prog_attach_opts_(int program, int target, int type, bpf_prog_attach_opts* options);

    [LibraryImport(Library, EntryPoint = "bpf_prog_query_opts")]
    internal static partial int bpf_prog_query_opts_(int target, int type, bpf_prog_query_opts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_detach2(int program, int target, int type);

    [LibraryImport(Library)]
    internal static partial int libbpf_num_possible_cpus();

    [LibraryImport(Library)]
    internal static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, void*, int> print);

    [LibraryImport(Library)]
    internal static partial nint ring_buffer__new(int fd, delegate* unmanaged[Cdecl]<void*, void*, nuint, int> sample, void* context, void* options);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__poll(nint ring, int timeoutMs);

    [LibraryImport(Library)]
    internal static partial void ring_buffer__free(nint ring);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__epoll_fd(nint ring);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__consume(nint ring);
}
