namespace Innkeeper.Configuration;

/// <summary>Changes the [[forwards]] of a configuration file's text, and leaves every other line as it is, comments included. No I/O.</summary>
internal static class ForwardText
{
    /// <summary>The text with a forward: in the place of the one with the same <see cref="ForwardConfig.Id"/>, or at the end.</summary>
    /// <param name="file">The text's file, for its errors.</param>
    /// <returns>The new text; null, with the reason: it cannot be changed.</returns>
    public static string? Put(string text, string file, ForwardConfig forward, out string? reason)
    {
        if (RepeatedText.Find(text, file, RepeatedTable.Forwards, c => c.Forwards.Length, out reason) is not var (config, places))
        {
            return null;
        }

        var own = RepeatedText.LinesOf(RepeatedTable.Forwards, new InnkeeperConfig { Forwards = [forward] });
        if (IndexOf(config, forward.Id) is not (>= 0 and var index))
        {
            return RepeatedText.Append(text, own);
        }

        var lines = text.Split('\n').ToList();
        lines.RemoveRange(places[index].First, places[index].Last - places[index].First + 1);
        lines.InsertRange(places[index].First, own);
        return string.Join('\n', lines);
    }

    /// <summary>The text without a forward.</summary>
    /// <inheritdoc cref="Put"/>
    public static string? Remove(string text, string file, string id, out string? reason)
    {
        if (RepeatedText.Find(text, file, RepeatedTable.Forwards, c => c.Forwards.Length, out reason) is not var (config, places))
        {
            return null;
        }

        var lines = text.Split('\n').ToList();
        if (IndexOf(config, id) is >= 0 and var index)
        {
            RepeatedText.Remove(lines, places[index].First, places[index].Last);
        }

        return string.Join('\n', lines);
    }

    private static int IndexOf(InnkeeperConfig config, string id) => config.Forwards.Select(f => f.Id).ToList().IndexOf(id);
}
