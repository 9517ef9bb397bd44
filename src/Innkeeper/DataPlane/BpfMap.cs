using System.Runtime.CompilerServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>A map of the data plane with one value for each key. Safe from any thread: each call is one system call.</summary>
internal sealed unsafe class BpfMap<TKey, TValue>(string name, int fd, uint capacity)
    where TKey : unmanaged
    where TValue : unmanaged
{
    public string Name => name;

    public int Fd => fd;

    public uint Capacity => capacity;

    public bool TryGet(TKey key, out TValue value)
    {
        fixed (TValue* p = &value)
        {
            return Libbpf.bpf_map_lookup_elem(fd, &key, p) == 0;
        }
    }

    /// <exception cref="DataPlaneException">The kernel refused: the map is full, or the fd is gone.</exception>
    public void Set(TKey key, TValue value)
    {
        var result = Libbpf.bpf_map_update_elem(fd, &key, &value, Libbpf.BPF_ANY);
        if (result != 0)
        {
            throw DataPlaneException.FromErrno($"cannot write to the data plane's map '{name}'", -result);
        }
    }

    /// <returns>False when the kernel refused: the map is full.</returns>
    public bool TrySet(TKey key, TValue value) => Libbpf.bpf_map_update_elem(fd, &key, &value, Libbpf.BPF_ANY) == 0;

    /// <returns>False when there is an entry already, or the map is full.</returns>
    public bool TryAdd(TKey key, TValue value) => Libbpf.bpf_map_update_elem(fd, &key, &value, Libbpf.BPF_NOEXIST) == 0;

    /// <summary>Whether there was such an entry.</summary>
    public bool Delete(TKey key) => Libbpf.bpf_map_delete_elem(fd, &key) == 0;

    /// <summary>All keys; entries that come or go meanwhile may be missed or seen twice.</summary>
    public List<TKey> Keys()
    {
        var keys = new List<TKey>();
        TKey key = default, next;
        var result = Libbpf.bpf_map_get_next_key(fd, null, &next);
        while (result == 0 && keys.Count <= capacity)
        {
            keys.Add(next);
            key = next;
            result = Libbpf.bpf_map_get_next_key(fd, &key, &next);
        }

        return keys;
    }
}

/// <summary>An array map with one value for each CPU; reading sums nothing, the caller does.</summary>
internal sealed unsafe class PerCpuArray<TValue>(string name, int fd, uint capacity)
    where TValue : unmanaged
{
    private static readonly int s_cpus = Libbpf.libbpf_num_possible_cpus();

    /// <summary>The kernel rounds each CPU's value up to 8 octets.</summary>
    private static readonly int s_stride = (Unsafe.SizeOf<TValue>() + 7) & ~7;

    /// <summary>How many values an index has.</summary>
    public static int Cpus => s_cpus;

    public string Name => name;

    public uint Capacity => capacity;

    public delegate void Reader(uint index, ReadOnlySpan<TValue> perCpu);

    public TValue[] Read(uint index)
    {
        var values = new TValue[s_cpus];
        Read(index, values);
        return values;
    }

    /// <param name="values">Of <see cref="Cpus"/> values; unchanged where the kernel has no such index.</param>
    public void Read(uint index, Span<TValue> values)
    {
        var buffer = stackalloc byte[s_stride * s_cpus];
        if (Libbpf.bpf_map_lookup_elem(fd, &index, buffer) == 0)
        {
            Unpack(buffer, values);
        }
    }

    public void Clear(uint index)
    {
        var buffer = stackalloc byte[s_stride * s_cpus];
        new Span<byte>(buffer, s_stride * s_cpus).Clear();
        _ = Libbpf.bpf_map_update_elem(fd, &index, buffer, Libbpf.BPF_ANY);
    }

    /// <summary>This value for the first CPU, zero for the others.</summary>
    public void Set(uint index, TValue value)
    {
        var buffer = stackalloc byte[s_stride * s_cpus];
        new Span<byte>(buffer, s_stride * s_cpus).Clear();
        *(TValue*)buffer = value;
        _ = Libbpf.bpf_map_update_elem(fd, &index, buffer, Libbpf.BPF_ANY);
    }

    private static void Unpack(byte* buffer, Span<TValue> values)
    {
        for (var cpu = 0; cpu < values.Length; cpu++)
        {
            values[cpu] = *(TValue*)(buffer + (cpu * s_stride));
        }
    }
}
