using System.CommandLine;
using Klp.Tool.Commands;
using Klp.Tool.Output;

RootCommand root = new("Makes Linux livepatch modules of patches and of sources, inspects and boots them.")
{
    BuildCommand.Create(),
    SymbolsCommand.Create(),
    ConvertCommand.Create(),
    InspectCommand.Create(),
    ValidateCommand.Create(),
    BootCommand.Create(),
    UnitsCommand.Create(),
    DiffCommand.Create(),
};
return ExitCode.Of(root.Parse(args));
