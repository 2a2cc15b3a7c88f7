using System.CommandLine;
using Klp.Tool.Commands;
using Klp.Tool.Output;

RootCommand root = new("Makes, inspects and boots Linux livepatch modules.")
{
    BuildCommand.Create(),
    SymbolsCommand.Create(),
    ConvertCommand.Create(),
    InspectCommand.Create(),
    ValidateCommand.Create(),
    BootCommand.Create(),
};
return ExitCode.Of(root.Parse(args));
