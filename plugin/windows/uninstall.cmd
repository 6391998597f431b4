@echo off
rem uninstall.cmd - removes what install.cmd copied
rem
rem   uninstall.cmd                      what was installed for you
rem   uninstall.cmd /all                 what was installed for all users; run it as administrator
rem   uninstall.cmd /portable FOLDER     what was installed in the portable Wireshark in that folder
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

:arguments
if "%~1"=="" goto known
set "argument=%~1"
if /i "%argument%"=="/all" set "all=1" & set "argument="
if /i "%argument%"=="/q" set "quiet=1" & set "argument="
if /i "%argument%"=="/portable" set "portable=%~2" & set "argument=" & shift
if defined argument goto usage
shift
goto arguments

:known
set "target=%APPDATA%\Wireshark"
if defined WIRESHARK_APPDATA set "target=%WIRESHARK_APPDATA%"
if defined WIRESHARK_CONFIG_DIR set "target=%WIRESHARK_CONFIG_DIR%"
if defined portable set "target=%portable%\Data"
if not defined all goto remove
set "current=Microsoft\Windows\CurrentVersion"
call :registry "HKLM\SOFTWARE\%current%\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\SOFTWARE\WOW6432Node\%current%\Uninstall\Wireshark" InstallLocation folder
call :registry "HKLM\SOFTWARE\%current%\App Paths\Wireshark.exe" Path folder
if not defined folder set "folder=%ProgramFiles%\Wireshark"
set "target=%folder%"

:remove
for /f "delims=" %%v in ('dir /b /ad "%target%\plugins" 2^>nul') do call :delete "%target%\plugins\%%v\epan\ssltrouble.dll"
set "profile=%target%\profiles\SSL Troubleshooter"
if not exist "%profile%\" goto end
for /f "delims=" %%f in ('dir /b /a-d "%here%SSL Troubleshooter" 2^>nul') do call :delete "%profile%\%%f"
rem Its folder, unless something else is in it.
rd "%profile%" 2>nul
if exist "%profile%\" echo Files of your own are left in "%profile%".

:end
if not defined found echo Nothing of the SSL Troubleshooter is in "%target%".
if not defined quiet pause
exit /b %code%

:usage
echo uninstall.cmd [/all] [/portable FOLDER] [/q]; what they mean is said in its first lines.
exit /b 1

rem delete FILE - removes a file, if it is there, and says so
:delete
if not exist "%~1" exit /b 0
set "found=1"
del /f /q "%~1" 2>nul
if exist "%~1" set "code=1"
if exist "%~1" echo Cannot remove "%~1": close Wireshark; what is for all users needs an administrator.
if not exist "%~1" echo Removed "%~1".
exit /b 0

rem registry KEY VALUE VARIABLE - reads a value, unless the variable has one
:registry
if defined %3 exit /b 0
for /f "tokens=2*" %%a in ('reg query %1 /v %2 2^>nul') do if "%%a"=="REG_SZ" set "%3=%%b"
exit /b 0
