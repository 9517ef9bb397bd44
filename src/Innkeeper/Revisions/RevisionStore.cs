using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Configuration;
using Innkeeper.Storage;

namespace Innkeeper.Revisions;

/// <summary>The folder "configuration" of the state directory: the texts that were in force, their list, and the note about a change under way. One process writes it.</summary>
/// <param name="stateDirectory">The gateway's; the folder is made when it is needed.</param>
internal sealed class RevisionStore(string stateDirectory)
{
    /// <summary>Octets of a note, which has three texts; JSON may make six octets of one.</summary>
    private const int MostOctets = 20 * ConfigurationFile.MaxSize;

    private const string Note = "change.json";
    private const string List = "list.json";

    public string Directory { get; } = Path.Combine(stateDirectory, "configuration");

    /// <returns>Null: no change is under way, or its note cannot be read.</returns>
    /// <exception cref="IOException">The folder cannot be read; or <see cref="UnauthorizedAccessException"/>.</exception>
    public ChangeNote? LoadNote() => Load(Note, RevisionsContext.Default.ChangeNote);

    /// <summary>Returns when it is on disk.</summary>
    /// <exception cref="IOException">It cannot be written; or <see cref="UnauthorizedAccessException"/>.</exception>
    public void Save(ChangeNote note) => Write(Note, JsonSerializer.SerializeToUtf8Bytes(note, RevisionsContext.Default.ChangeNote));

    public void DeleteNote()
    {
        if (File.Exists(Of(Note)))
        {
            File.Delete(Of(Note));
            StateFiles.SyncDirectory(Directory);
        }
    }

    public RevisionList LoadList() =>
        Load(List, RevisionsContext.Default.RevisionList) is { Entries.IsDefault: false } list && list.Entries.All(e => e is not null) ? list : new RevisionList(0, []);

    public void Save(RevisionList list) => Write(List, JsonSerializer.SerializeToUtf8Bytes(list, RevisionsContext.Default.RevisionList));

    /// <summary>The text of a revision; null: it is gone.</summary>
    public string? LoadText(int number)
    {
        try
        {
            return BoundedFile.ReadText(TextOf(number), ConfigurationFile.MaxSize);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void SaveText(int number, string text) => Write(Path.GetFileName(TextOf(number)), Encoding.UTF8.GetBytes(text));

    public void DeleteText(int number) => File.Delete(TextOf(number));

    /// <summary>The numbers of the texts that are there.</summary>
    public IEnumerable<int> Numbers => !System.IO.Directory.Exists(Directory) ? []
        : System.IO.Directory.EnumerateFiles(Directory, "*.toml").Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0);

    /// <summary>Has a text checked that is not in force by a program that reads files.</summary>
    /// <param name="check">Takes what writes the text and returns the file, if it wants one.</param>
    public T WithCandidate<T>(string text, Func<Func<string>, T> check)
    {
        const string Candidate = "candidate.toml";
        try
        {
            return check(() =>
            {
                Write(Candidate, Encoding.UTF8.GetBytes(text));
                return Of(Candidate);
            });
        }
        finally
        {
            if (File.Exists(Of(Candidate)))
            {
                File.Delete(Of(Candidate));
            }
        }
    }

    /// <summary>Where a person finds the text of a revision.</summary>
    public string TextOf(int number) => Of(string.Create(CultureInfo.InvariantCulture, $"{number:00000}.toml"));

    private string Of(string name) => Path.Combine(Directory, name);

    private T? Load<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(BoundedFile.Read(Of(name), MostOctets), type);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            // Damaged, such as by a person or a disk: there is nothing to learn from it.
            return null;
        }
    }

    private void Write(string name, byte[] content)
    {
        StateFiles.CreateDirectory(stateDirectory);
        StateFiles.CreateDirectory(Directory);
        StateFiles.Replace(Of(name), content);
    }
}
