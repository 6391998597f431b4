/* test_evidence_objects.c - PowerShell's objects in every form in which it prints them
 *
 * Shapes: Microsoft Learn, "Format-List", "Format-Table", "Export-Csv", "ConvertTo-Json"; wmic /format:list.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"
#include "evidence/objects.h"

static void
append(const dx_object *object, void *user)
{
    GString *out = user;

    g_string_append_printf(out, "%u-%u", object->line, object->last_line);
    for (unsigned i = 0; i < object->num; i++)
        g_string_append_printf(out, " %s=%s%s", object->property[i].name, object->property[i].value->str,
                               object->property[i].cut ? "~" : "");
    g_string_append(out, "\n");
}

static void
expect(const char *text, const char *objects)
{
    GString *out = g_string_new(NULL);

    dx_objects_each((dx_span){text, strlen(text)}, append, out);
    g_assert_cmpstr(out->str, ==, objects);
    g_string_free(out, TRUE);
}

static void
test_list(void)
{
    expect("\n\nThumbprint    : 1A1F\nSubject       : CN=www.example.com, O=Example,\n                "
           "C=DE\nEmpty         : \n\n"
           "Thumbprint    : 2A1F\nHasPrivateKey : False\n\n",
           "3-6 Thumbprint=1A1F Subject=CN=www.example.com, O=Example, C=DE Empty=\n"
           "8-9 Thumbprint=2A1F HasPrivateKey=False\n");
    expect("A : 1\nB : x : y\ntext that is none\nA : 2\n", "1-2 A=1 B=x : y\n4-4 A=2\n");
    expect("Message : one\n\n          two\nId      : 7\n", "1-4 Message=one\ntwo Id=7\n");
}

static void
test_table(void)
{
    expect("\nLocalAddress LocalPort State  OwningProcess\n------------ --------- -----  -------------\n"
           "0.0.0.0      443       Listen             4\n::           49152     Listen     123456789\n\n",
           "4-4 LocalAddress=0.0.0.0 LocalPort=443 State=Listen OwningProcess=4\n"
           "5-5 LocalAddress=:: LocalPort=49152 State=Listen OwningProcess=123456789\n");
    /* a number longer than its name's dashes begins before them */
    expect("Id Name\n-- ----\n 4 System\n", "3-3 Id=4 Name=System\n");
    expect("Name      Id\n----      --\nSystem     4\nsvchost 1234\n",
           "3-3 Name=System Id=4\n4-4 Name=svchost Id=1234\n");
    /* letters of two cells; shortened values; -Wrap */
    expect(
        "Subject    Thumbprint\n-------    ----------\nCN=\xe6\x97\xa5\xe6\x9c\xac    1A1F\nCN=a-lo... "
        "2A1F\n",
        "3-3 Subject=CN=\xe6\x97\xa5\xe6\x9c\xac Thumbprint=1A1F\n4-4 Subject=CN=a-lo...~ Thumbprint=2A1F\n");
    expect("Id Message\n-- -------\n 7 a long\n   message\n 8 other\n",
           "3-4 Id=7 Message=a long message\n5-5 Id=8 Message=other\n");
}

static void
test_csv(void)
{
    expect("#TYPE Some.Type\n\"Id\",\"Message\"\n\"7\",\"a \"\"b\"\", c\nd\"\n\"8\",\"\"\n",
           "3-3 Id=7 Message=a \"b\", c\nd\n5-5 Id=8 Message=\n");
    expect("\"Id\";\"Name\"\n\"7\";\"a;b\"\n", "2-2 Id=7 Name=a;b\n");
    expect("Thumbprint,Subject\n1A1F,\"CN=a, O=b\"\n", "2-2 Thumbprint=1A1F Subject=CN=a, O=b\n");
    expect("\"Thumbprint\"\n\"1A1F\"\n\"2A1F\"\n", "2-2 Thumbprint=1A1F\n3-3 Thumbprint=2A1F\n");
    expect("a sentence, and another\nno csv\n", "");
}

static void
test_json(void)
{
    expect("[\n  {\n    \"Id\": 36870,\n    \"Message\": \"a\\r\\n\\u00e4\",\n    \"Level\": {\"Value\": "
           "2},\n    \"List\": [1, 2]\n  }\n]\n",
           "5-5 Value=2\n2-2 Id=36870 Message=a\r\n\xc3\xa4 List=1 2\n");
    expect("{\"Name\":\"x\",\"On\":true,\"None\":null}", "1-1 Name=x On=true None=null\n");
    expect("{\"items\":[{\"Id\":1},{\"Id\":2}", "1-1 Id=1\n1-1 Id=2\n");
    expect("[HKEY_LOCAL_MACHINE\\SYSTEM]\n", "");
    expect("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "");
}

static void
test_wmic(void)
{
    expect("\n\nName=lsass.exe\nProcessId=684\n\n\nName=svchost.exe\nProcessId=912\n\n",
           "3-4 Name=lsass.exe ProcessId=684\n7-8 Name=svchost.exe ProcessId=912\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/objects/list", test_list);
    g_test_add_func("/evidence/objects/table", test_table);
    g_test_add_func("/evidence/objects/csv", test_csv);
    g_test_add_func("/evidence/objects/json", test_json);
    g_test_add_func("/evidence/objects/wmic", test_wmic);
    return g_test_run();
}
