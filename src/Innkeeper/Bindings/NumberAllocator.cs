namespace Innkeeper.Bindings;

/// <summary>Numbers of slots in the data plane. The number given back last is given out first; initially the lowest.</summary>
/// <param name="first">The lowest number there is.</param>
/// <param name="end">One beyond the highest.</param>
internal sealed class NumberAllocator(uint first, uint end)
{
    private readonly Stack<uint> _free = new(Enumerable.Range(0, (int)Math.Max(0L, (long)end - first)).Select(i => end - 1 - (uint)i));

    public int Free => _free.Count;

    public bool IsExhausted => _free.Count == 0;

    public uint Take() => _free.Pop();

    public void Return(uint number) => _free.Push(number);

    /// <summary>After adoption: numbers in use are not given out.</summary>
    public void Reserve(Func<uint, bool> isInUse)
    {
        var kept = _free.Where(n => !isInUse(n)).Reverse().ToArray();
        _free.Clear();
        foreach (var number in kept)
        {
            _free.Push(number);
        }
    }
}
