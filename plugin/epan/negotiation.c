/* negotiation.c - who talked, and what the two sides offered and chose, as fields of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/negotiation.h"

#include "epan/items.h"
#include "facts/text.h"
#include "knowledge/names.h"

static int ett_offered, ett_chosen;

void
dx_negotiation_register(void)
{
    static int *subtrees[] = {&ett_offered, &ett_chosen};
    ett_offered = ett_chosen = -1;
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

static void
add_peer(proto_tree *node, tvbuff_t *tvb, const dx_endpoint *peer, dx_field whole, dx_field of_address)
{
    if (dx_item_wanted(node, whole))
        dx_item_owned_string(node, tvb, whole, dx_endpoint_text(peer));
    if (dx_item_wanted(node, of_address)) {
        char *address = dx_address_text(&peer->address);
        dx_item_hidden(node, tvb, of_address, address);
        g_free(address);
    }
}

void
dx_negotiation_add_peers(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    add_peer(node, tvb, &facts->client_endpoint, DX_FIELD_CLIENT, DX_FIELD_CLIENT_ADDRESS);
    dx_item_hidden_number(node, tvb, DX_FIELD_CLIENT_PORT, facts->client_endpoint.port);
    add_peer(node, tvb, &facts->server_endpoint, DX_FIELD_SERVER, DX_FIELD_SERVER_ADDRESS);
    dx_item_hidden_number(node, tvb, DX_FIELD_SERVER_PORT, facts->server_endpoint.port);
    if (facts->sni != NULL && dx_item_wanted(node, DX_FIELD_SNI))
        dx_item_owned_string(node, tvb, DX_FIELD_SNI, dx_safe(facts->sni, 0));
}

static void
add_code(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint16_t code, const char *(*name)(uint16_t))
{
    if (dx_item_wanted(tree, field))
        dx_item_owned_string(tree, tvb, field, dx_code_text(code, name));
}

static void
add_codes(proto_tree *tree, tvbuff_t *tvb, dx_field field, const dx_codes *codes,
          const char *(*name)(uint16_t))
{
    for (unsigned i = 0; i < codes->num && dx_item_wanted(tree, field); i++)
        add_code(tree, tvb, field, codes->item[i], name);
}

/* The same under the name that it had before there were more of them. */
static void
add_former(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint16_t code, const char *(*name)(uint16_t))
{
    if (dx_item_wanted(tree, field)) {
        char *text = dx_code_text(code, name);
        dx_item_hidden(tree, tvb, field, text);
        g_free(text);
    }
}

static void
add_offer(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    const dx_offer *offer = facts->offer;
    const char *(*version_name)(uint16_t) = dx_version_names(offer->dtls);
    proto_tree *tree = dx_item_branch(node, tvb, DX_FIELD_OFFERED, ett_offered);
    if (facts->sni == NULL)
        dx_item_mark(tree, tvb, DX_FIELD_OFFERED_NO_SNI);
    add_codes(tree, tvb, DX_FIELD_OFFERED_A_VERSION, &offer->versions, version_name);
    for (unsigned i = 0; i < offer->versions.num; i++)
        add_former(tree, tvb, DX_FIELD_OFFERED_VERSION, offer->versions.item[i], version_name);
    for (unsigned i = 0; i < offer->num_alpn && dx_item_wanted(tree, DX_FIELD_OFFERED_ALPN); i++)
        dx_item_owned_string(tree, tvb, DX_FIELD_OFFERED_ALPN, dx_safe(offer->alpn[i], 0));
    add_codes(tree, tvb, DX_FIELD_OFFERED_CIPHER, &offer->ciphers, dx_cipher_name);
    add_codes(tree, tvb, DX_FIELD_OFFERED_GROUP, &offer->groups, dx_group_name);
    add_codes(tree, tvb, DX_FIELD_OFFERED_KEY_SHARE, &offer->key_shares, dx_group_name);
    add_codes(tree, tvb, DX_FIELD_OFFERED_SIGNATURE, &offer->signatures, dx_signature_name);
    if (offer->fallback_scsv)
        dx_item_mark(tree, tvb, DX_FIELD_OFFERED_FALLBACK);
}

static void
add_choice(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    const dx_choice *chosen = &facts->chosen;
    const char *(*version_name)(uint16_t) = dx_version_names(chosen->dtls);
    proto_tree *tree = dx_item_branch(node, tvb, DX_FIELD_CHOSEN, ett_chosen);
    if (facts->retry_frame != 0 && facts->retry_group != 0)
        add_code(tree, tvb, DX_FIELD_CHOSEN_RETRY_GROUP, facts->retry_group, dx_group_name);
    if (chosen->version == 0)
        return;
    add_code(tree, tvb, DX_FIELD_CHOSEN_A_VERSION, chosen->version, version_name);
    add_former(tree, tvb, DX_FIELD_CHOSEN_VERSION, chosen->version, version_name);
    add_code(tree, tvb, DX_FIELD_CHOSEN_A_CIPHER, chosen->cipher, dx_cipher_name);
    add_former(tree, tvb, DX_FIELD_CHOSEN_CIPHER, chosen->cipher, dx_cipher_name);
    if (chosen->group != 0)
        add_code(tree, tvb, DX_FIELD_CHOSEN_GROUP, chosen->group, dx_group_name);
    if (facts->dh_bits != 0)
        dx_item_number(tree, tvb, DX_FIELD_CHOSEN_DH_BITS, facts->dh_bits);
    if (chosen->alpn != NULL)
        dx_item_owned_string(tree, tvb, DX_FIELD_CHOSEN_ALPN, dx_safe(chosen->alpn, 0));
    if (chosen->resumed)
        dx_item_mark(tree, tvb, DX_FIELD_CHOSEN_RESUMED);
}

void
dx_negotiation_add(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    if (facts->offer != NULL)
        add_offer(node, tvb, facts);
    if (facts->chosen.version != 0 || (facts->retry_frame != 0 && facts->retry_group != 0))
        add_choice(node, tvb, facts);
    double seconds = (double)(facts->last_us - facts->first_us) / G_USEC_PER_SEC;
    /* not as Wireshark writes small ones: 4e-05 */
    dx_item_generated(proto_tree_add_double_format_value(node, dx_field_id(DX_FIELD_DURATION), tvb, 0, 0,
                                                         seconds, "%.6f", seconds));
}
