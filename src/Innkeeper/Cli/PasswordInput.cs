using System.Text;
using Innkeeper.Configuration;

namespace Innkeeper.Cli;

/// <summary>Reads a new password: twice from the terminal, without showing it, or from a file. Never from the command line, where other users see it.</summary>
/// <param name="errors">Where the prompts go: stdout may be redirected.</param>
/// <param name="readKey">The next key of the terminal; null: there is no terminal.</param>
internal sealed class PasswordInput(TextWriter errors, Func<ConsoleKeyInfo>? readKey)
{
    private const int MostOctets = 1024;

    /// <summary>The terminal of this process.</summary>
    public static PasswordInput Of(TextWriter errors) => new(errors, Console.IsInputRedirected ? null : () => Console.ReadKey(intercept: true));

    /// <param name="file">Its first line is the password; null: the terminal.</param>
    /// <param name="fault">Why there is none.</param>
    public string? Read(string? file, out string fault)
    {
        fault = "";
        if (file is not null)
        {
            try
            {
                return BoundedFile.ReadText(file, MostOctets).Split('\n')[0].TrimEnd('\r');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fault = $"{file}: {e.Message}";
                return null;
            }
        }

        if (readKey is null)
        {
            fault = "there is no terminal to type the password on; give --password-file FILE";
            return null;
        }

        var password = Ask("Password: ");
        if (Ask("The same again: ") == password)
        {
            return password;
        }

        fault = "the two passwords differ";
        return null;
    }

    private string Ask(string prompt)
    {
        errors.Write(prompt);
        errors.Flush();
        var text = new StringBuilder();
        while (true)
        {
            var key = readKey!();
            if (key.Key == ConsoleKey.Enter)
            {
                errors.WriteLine();
                return text.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }
    }
}
