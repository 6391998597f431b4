@echo off
rem install.cmd - copies the SSL Troubleshooter and its profile to the Wireshark that is installed here
rem
rem   install.cmd                      for you alone; needs no administrator
rem   install.cmd /all                 for all users of this computer; run it as administrator
rem   install.cmd /portable FOLDER     for the portable Wireshark, which is in that folder
rem   install.cmd /folder FOLDER       for a Wireshark that is not found: in that folder is its tshark.exe
rem   install.cmd /version X.Y         for a Wireshark of that version that is not found
rem   /q behind it: does not wait for a key at the end
rem
rem SPDX-License-Identifier: GPL-2.0-or-later
setlocal enableextensions disabledelayedexpansion
set "here=%~dp0"
set "all="
set "quiet="
set "version="
set "folder="
set "portable="
set "target="
rem Windows' own programs first, none of the current folder; in a 32-bit cmd (that of a deployment agent, say) the 64-bit
rem ones, which see the registry and the folders as they are.
set "NoDefaultCurrentDirectoryInExePath=1"
set "system=%SystemRoot%\System32"
if defined PROCESSOR_ARCHITEW6432 set "system=%SystemRoot%\Sysnative"
set "PATH=%system%;%PATH%"
set "programs=%ProgramFiles%"
if defined ProgramW6432 set "programs=%ProgramW6432%"

:arguments
if "%~1"=="" goto known
if /i "%~1"=="/all" set "all=1" & goto next
if /i "%~1"=="/q" set "quiet=1" & goto next
if "%~2"=="" goto usage
if /i "%~1"=="/version" set "version=%~2" & shift & goto next
if /i "%~1"=="/portable" set "portable=%~2" & shift & goto next
if /i "%~1"=="/folder" set "folder=%~2" & shift & goto next
goto usage
:next
shift
goto arguments

:known
if not exist "%here%plugins\" goto not_unpacked
if defined portable goto portable
if defined folder goto in_folder
if defined version goto branch
rem The installer is a 32-bit program: both views. The package for Microsoft's installer (.msi) leaves no folder there.
set "current=Microsoft\Windows\CurrentVersion"
for %%k in ("SOFTWARE\%current%" "SOFTWARE\WOW6432Node\%current%") do call :installed %%k
if not defined folder if exist "%programs%\Wireshark\Wireshark.exe" set "folder=%programs%\Wireshark"
rem What is in the folder counts: two installers, or a copy over it, leave another number in the registry.
if defined folder if exist "%folder%\tshark.exe" call :ask_tshark
if not defined version goto no_wireshark
echo Wireshark %version% is installed in "%folder%".
set "processor=%PROCESSOR_ARCHITECTURE% %PROCESSOR_ARCHITEW6432%"
if not "%processor:ARM64=%"=="%processor%" echo This computer has an Arm processor: only a Wireshark for x64 loads the plugin.
goto branch

:portable
rem Its launcher sets WIRESHARK_APPDATA to the folder Data (Wireshark's packaging/portableapps).
set "folder=%portable%\App\Wireshark"

:in_folder
if not defined version if exist "%folder%\tshark.exe" call :ask_tshark
if not defined version goto no_wireshark
echo Wireshark %version% is in "%folder%".

:branch
for /f "tokens=1,2 delims=." %%a in ("%version%") do set "branch=%%a.%%b"
if not exist "%here%plugins\%branch%\ssltrouble.dll" goto no_plugin

if defined APPDATA set "target=%APPDATA%\Wireshark"
if defined WIRESHARK_APPDATA set "target=%WIRESHARK_APPDATA%"
if defined WIRESHARK_CONFIG_DIR set "target=%WIRESHARK_CONFIG_DIR%"
if defined portable set "target=%portable%\Data"
if defined all set "target=%folder%"
if defined all if not defined folder goto no_wireshark
if not defined target goto no_target
set "plugins=%target%\plugins\%branch%\epan"
set "profile=%target%\profiles\SSL Troubleshooter"
if not exist "%plugins%\" md "%plugins%" 2>nul
copy /y "%here%plugins\%branch%\ssltrouble.dll" "%plugins%\ssltrouble.dll" >nul
if errorlevel 1 goto no_copy
echo Copied the plugin to "%plugins%".
if exist "%profile%\" goto old_profile
md "%profile%" 2>nul
copy /y "%here%SSL Troubleshooter\*" "%profile%" >nul
if errorlevel 1 goto no_copy
echo Copied the profile to "%profile%".
goto done

:old_profile
echo Kept the profile that was there: "%profile%".

:done
set "other=%folder%\plugins\%branch%\epan\ssltrouble.dll"
if not defined folder set "other="
if defined all set "other=%APPDATA%\Wireshark\plugins\%branch%\epan\ssltrouble.dll"
if defined other if exist "%other%" echo There is one more plugin, "%other%".
if defined other if exist "%other%" echo Delete one: Wireshark reports what it finds in multiple directories, and loads one of them.
echo.
echo Start Wireshark anew. Help ^> About Wireshark ^> Plugins lists ssltrouble.dll.
echo The report of a capture is in Statistics ^> SSL Troubleshooter ^> Report.
echo For colors and columns choose Edit ^> Configuration Profiles ^> SSL Troubleshooter.
rem It runs the old one's uninstaller first, which removes all plugins and profiles in the program's folder (Wireshark's
rem packaging/nsis/wireshark.nsi and uninstall-wireshark.nsi).
if defined all echo The installer of a newer Wireshark removes this: run install.cmd /all again after it.
set "code=0"
goto end

:usage
echo install.cmd [/all] [/portable FOLDER] [/folder FOLDER] [/version X.Y] [/q]; what they mean is said in its first lines.
set "code=1"
goto end

:not_unpacked
echo There is no folder "plugins" beside install.cmd. Unpack the whole zip (right-click it: Extract All), and run the
echo install.cmd that is unpacked.
set "code=1"
goto end

:no_wireshark
if defined folder echo There is no tshark.exe in "%folder%" that says its version.
if not defined folder echo No installed Wireshark was found. For one that is somewhere else: install.cmd /folder FOLDER
set "code=1"
goto end

:no_plugin
echo There is no plugin for Wireshark %branch% in "%here%plugins", only for:
dir /b /ad "%here%plugins"
set "code=1"
goto end

:no_target
echo This account has no folder for settings (%%APPDATA%%). For all users: install.cmd /all
set "code=1"
goto end

:no_copy
echo Nothing can be written to "%target%".
if defined all echo Run install.cmd as administrator, and close Wireshark first.
if not defined all echo Close Wireshark first.
set "code=1"
goto end

:end
if not defined quiet pause
exit /b %code%

rem installed KEY - takes folder and version from one view of the registry, unless there is a folder
:installed
if defined folder exit /b 0
call :registry "HKLM\%~1\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\%~1\App Paths\Wireshark.exe" Path folder
if not defined folder exit /b 0
if not exist "%folder%\" set "folder=" & exit /b 0
call :registry "HKLM\%~1\Uninstall\Wireshark" DisplayVersion version
exit /b 0

rem registry KEY VALUE VARIABLE - reads a value, unless the variable has one
:registry
if defined %3 exit /b 0
for /f "tokens=2*" %%a in ('reg query %1 /v %2 2^>nul') do if "%%a"=="REG_SZ" set "%3=%%b"
exit /b 0

rem ask_tshark - the version as "TShark (Wireshark) 4.4.2 (v4.4.2-0-g...)." says it
:ask_tshark
pushd "%folder%"
for /f "tokens=1,3" %%a in ('.\tshark.exe --version 2^>nul') do if "%%a"=="TShark" set "version=%%b"
popd
exit /b 0
