namespace Innkeeper.Cli;

/// <summary>
/// Scripts by which shells complete commands. They pass the line up to the cursor to the program's directive `[suggest:LENGTH]`
/// (System.CommandLine), which answers with one candidate on each line.
/// </summary>
internal static class CompletionScripts
{
    private const string Bash = """
        # Completes the commands of innkeeper in bash.
        _innkeeper()
        {
            local line=${COMP_LINE:0:COMP_POINT} word done candidate
            word=${line##*[[:space:]]}
            # Readline replaces only the part after the last character of COMP_WORDBREAKS: MACs have colons.
            done=
            if [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
                done=${word%"${word##*:}"}
            fi
            COMPREPLY=()
            while IFS= read -r candidate; do
                # Options only where one is begun.
                if [[ $candidate == "$word"* && ( $word == -* || $candidate != -* ) ]]; then
                    COMPREPLY+=("${candidate#"$done"}")
                fi
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _innkeeper innkeeper

        """;

    private const string Zsh = """
        #compdef innkeeper
        # Completes the commands of innkeeper in zsh.
        _innkeeper()
        {
            local line="${(j: :)words[1,CURRENT]}"
            local -a candidates
            candidates=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            candidates=(${candidates:#})
            # Options only where one is begun.
            [[ "${words[CURRENT]}" == -* ]] || candidates=(${candidates:#-*})
            compadd -a candidates || _files
        }
        if [[ "${funcstack[1]}" == _innkeeper ]]; then
            _innkeeper "$@"
        else
            compdef _innkeeper innkeeper
        fi

        """;

    private const string Fish = """
        # Completes the commands of innkeeper in fish.
        function __innkeeper_complete
            set -l line (commandline -cp | string collect)
            set -l words (commandline -opc)
            set -l candidates ($words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            # Options only where one is begun.
            if string match -q -- '-*' (commandline -ct)
                printf '%s\n' $candidates
            else
                string match -v -- '-*' $candidates
            end
        end
        complete -c innkeeper -f -a '(__innkeeper_complete)'
        complete -c innkeeper -l config -r -F
        complete -c innkeeper -l socket -r -F
        complete -c innkeeper -l file -r -F

        """;

    /// <param name="shell">"bash", "zsh" or "fish".</param>
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };
}
