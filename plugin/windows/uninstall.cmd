@echo off
rem uninstall.cmd - removes what install.cmd copied
rem
rem   uninstall.cmd                      what was installed for you
rem   uninstall.cmd /all                 what was installed for all users; run it as administrator
rem   uninstall.cmd /portable FOLDER     what was installed in the portable Wireshark in that folder
rem   uninstall.cmd /all /folder FOLDER  the same of a Wireshark in that folder
rem   /q behind it: does not wait for a key at the end
rem
rem SPDX-License-Identifier: GPL-2.0-or-later
setlocal enableextensions disabledelayedexpansion
set "here=%~dp0"
set "all="
set "quiet="
set "folder="
set "portable="
set "code=0"
set "found="
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
if /i "%~1"=="/portable" set "portable=%~2" & shift & goto next
if /i "%~1"=="/folder" set "folder=%~2" & shift & goto next
goto usage
:next
shift
goto arguments

:known
if defined APPDATA set "target=%APPDATA%\Wireshark"
if defined WIRESHARK_APPDATA set "target=%WIRESHARK_APPDATA%"
if defined WIRESHARK_CONFIG_DIR set "target=%WIRESHARK_CONFIG_DIR%"
if defined portable set "target=%portable%\Data"
if not defined all goto remove
set "current=Microsoft\Windows\CurrentVersion"
for %%k in ("SOFTWARE\%current%" "SOFTWARE\WOW6432Node\%current%") do call :installed %%k
if not defined folder set "folder=%programs%\Wireshark"
set "target=%folder%"

:remove
if not defined target goto end
rem Names are in variables: of an argument, call doubles every ^ and takes %% as the end of a variable's name.
for /f "delims=" %%v in ('dir /b /ad "%target%\plugins" 2^>nul') do set "file=%target%\plugins\%%v\epan\ssltrouble.dll" & call :delete
set "profile=%target%\profiles\SSL Troubleshooter"
if not exist "%profile%\" goto end
for /f "delims=" %%f in ('dir /b /a-d "%here%SSL Troubleshooter" 2^>nul') do set "file=%profile%\%%f" & call :delete
rem Its folder, unless something else is in it.
rd "%profile%" 2>nul
if exist "%profile%\" echo Files of your own are left in "%profile%".

:end
if not defined target echo This account has no folder for settings (%%APPDATA%%).
if defined target if not defined found echo Nothing of the SSL Troubleshooter is in "%target%".
if not defined quiet pause
exit /b %code%

:usage
echo uninstall.cmd [/all] [/portable FOLDER] [/folder FOLDER] [/q]; what they mean is said in its first lines.
exit /b 1

rem delete - removes %file%, if it is there, and says so
:delete
if not exist "%file%" exit /b 0
set "found=1"
del /f /q "%file%"
if exist "%file%" set "code=1"
if exist "%file%" echo Cannot remove "%file%": close Wireshark; what is for all users needs an administrator.
if not exist "%file%" echo Removed "%file%".
exit /b 0

rem installed KEY - takes the folder from one view of the registry, unless there is a folder
:installed
if defined folder exit /b 0
call :registry "HKLM\%~1\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\%~1\App Paths\Wireshark.exe" Path folder
if not defined folder exit /b 0
if not exist "%folder%\" set "folder="
exit /b 0

rem registry KEY VALUE VARIABLE - reads a value, unless the variable has one
:registry
if defined %3 exit /b 0
for /f "tokens=2*" %%a in ('reg query %1 /v %2 2^>nul') do if "%%a"=="REG_SZ" set "%3=%%b"
exit /b 0
